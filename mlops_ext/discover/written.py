"""Files of values that a team writes by hand: YAML, TOML, JSON. What can't be read is said, not raised."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from mlops_ext.discover.tree import read_text


class UnreadableError(Exception):
    """A file that is not what its suffix says; the text is for people."""


def read_values(path: Path) -> dict[str, Any]:
    """The mapping in a file, by its suffix; a file of something else is an empty one."""
    try:
        text = read_text(path)
        found = json.loads(text) if path.suffix == ".json" else _toml_or_yaml(path, text)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path.name} can't be read: {_first(error)}") from error
    return found if isinstance(found, dict) else {}


def _toml_or_yaml(path: Path, text: str) -> Any:
    if path.suffix == ".toml":
        return tomllib.loads(text)
    try:
        import yaml
    except ImportError as error:
        raise ValueError("that needs PyYAML, which mlops-ext-dvc brings") from error
    try:
        # The faster of the two is not everywhere.
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise ValueError(f"{getattr(error, 'problem', None) or 'no valid YAML'}{line}") from error


def _first(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
