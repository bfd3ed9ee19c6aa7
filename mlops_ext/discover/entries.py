"""Entries of dvc.yaml: lists whose items are a path, or a path with its options."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from mlops_ext.discover.template import Values, fill, has_holes


def paths_of(entries: Any, folder: str, values: Values) -> list[str]:
    """The paths of a list whose items are a path, or a path with its options; remote ones are left out."""
    named = [name for entry in _list(entries) for name in (entry if isinstance(entry, Mapping) else [entry])]
    filled = [str(fill(name, values)) for name in named]
    return [join(folder, path) for path in filled if not has_holes(path) and "://" not in path]


def maps_of(entries: Any) -> list[Mapping[str, Any]]:
    """The items that are mappings."""
    return [entry for entry in _list(entries) if isinstance(entry, Mapping)]


def join(folder: str, path: str) -> str:
    """A path in a folder, relative to the project; also one that was written on Windows."""
    return posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))


def _list(entries: Any) -> list[Any]:
    return entries if isinstance(entries, list) else [entries] if isinstance(entries, Mapping) else []
