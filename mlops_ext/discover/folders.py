"""Folders of tables: what is one table in parts, and what is only much."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from mlops_ext.discover.tree import below

# More tables in one folder are what is left of a hundred runs.
MANY = 20


def partitioned(files: Iterable[str]) -> list[str]:
    """Folders that are one table: below `key=value`, or in numbered parts."""
    files = list(files)
    found = _numbered(files)
    for file in files:
        *parts, last = file.split("/")
        keys = [number for number, part in enumerate(parts) if re.match(r"[^=]+=", part)]
        if keys and keys[0]:
            found.add("/".join(parts[: keys[0]]))
        elif parts and not keys and re.match(r"part[-_.]?\d+|\d+\.parquet$", last):
            found.add("/".join(parts))
    return sorted(folder for folder in found if not inside(folder, found - {folder}))


def _numbered(files: Iterable[str]) -> set[str]:
    """Folders of many files with types, all of one name but for its digits; of text they may be anything."""
    by_folder: dict[str, list[str]] = defaultdict(list)
    for file in files:
        by_folder[posixpath.dirname(file)].append(posixpath.basename(file))
    return {
        folder
        for folder, names in by_folder.items()
        if folder and len(names) > MANY and len({re.sub(r"\d+", "0", name) for name in names}) == 1
        if names[0].lower().endswith((".parquet", ".arrow", ".feather"))
    }


def inside(file: str, folders: Iterable[str]) -> bool:
    """Whether a path lies in one of the folders."""
    return any(below(file, folder) for folder in folders)


def without_many(paths: list[str], named: Collection[str]) -> tuple[list[str], list[str]]:
    """The paths without those of folders that hold many, and these folders in words; `named` ones stay."""
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        if path not in named:
            by_folder[posixpath.dirname(path)].append(path)
    many = {folder for folder, found in by_folder.items() if len(found) > MANY}
    kept = [path for path in paths if path in named or posixpath.dirname(path) not in many]
    said = [
        f"{folder or 'the project folder'} holds {len(by_folder[folder])} tables: name those that matter"
        for folder in sorted(many)
    ]
    return kept, said
