"""Which of the plugins of this checkout a project names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def named(project: Path, plugins: Path) -> list[str]:
    """Their names. Others come by `requirements`, and what is not named is asked by nobody.

    Settings that can't be read name none: the command itself says best what is wrong with them.
    """
    names = set(_strings(_settings(project.resolve()).get("plugins")))
    return sorted(name for name in names if NAME.fullmatch(name) and (plugins / f"mlops-ext-{name}").is_dir())


def _settings(project: Path) -> dict[str, Any]:
    """Those of the nearest folder that holds some, as the command finds them."""
    for folder in (project, *project.parents):
        for table in _tables(folder):
            return table
    return {}


def _tables(folder: Path) -> Iterator[dict[str, Any]]:
    if (folder / "mlops-ext.toml").is_file():
        yield _read(folder / "mlops-ext.toml")
    tool = _read(folder / "pyproject.toml").get("tool")
    table = tool.get("mlops-ext") if isinstance(tool, dict) else None
    if isinstance(table, dict):
        yield table


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
