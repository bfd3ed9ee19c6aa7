"""Whether the workspace lies there after a run as it did before: by sizes, times and modes of its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mlops_ext_dvc.files.project import SKIPPED


class Mark(NamedTuple):
    """What tells a file that was written from one that was not."""

    size: int
    modified: int
    mode: int
    inode: int


def marks(root: Path | None) -> dict[str, Mark]:
    """Of every file below `root`, but of those that Git, DVC, environments and we keep for ourselves."""
    return dict(_walk(str(root))) if root else {}


def changed(before: dict[str, Mark], after: dict[str, Mark]) -> list[str]:
    """Paths that were written, made or removed meanwhile."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _walk(folder: str) -> Iterator[tuple[str, Mark]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in SKIPPED:
                yield from _walk(entry.path)
            continue
        try:
            stat = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        yield entry.path, Mark(stat.st_size, stat.st_mtime_ns, stat.st_mode, stat.st_ino)
