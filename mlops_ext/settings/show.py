"""Settings as people read them: every key, its value, and where the value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mlops_ext.contract.settings import Settings
from mlops_ext.settings.find import SettingsFile


def rows(settings: Settings, file: SettingsFile) -> Iterator[tuple[str, str, str]]:
    """(key, value, source) for every setting; source is a file with its line, or `default`."""
    yield from _walk(msgspec.to_builtins(settings), file.table, "", file)


def schema() -> dict[str, Any]:
    """The JSON Schema of `[tool.mlops-ext]`."""
    return msgspec.json.schema(Settings)


def _walk(value: Any, given: Any, key: str, file: SettingsFile) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            below = given.get(name) if isinstance(given, dict) else None
            yield from _walk(inner, below, f"{key}.{name}" if key else name, file)
        return
    source = f"{file.path.name}:{file.line_of(key.rpartition('.')[2])}" if given is not None else "default"
    yield key, msgspec.json.encode(value).decode(), source
