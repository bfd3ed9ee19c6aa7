"""The data of a copy of the project: links to the bytes that its DVC files name and this machine has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mlops_ext import durable
from mlops_ext.contract.context import Context
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import cache, command
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked

CONFIGURATION = """\
[core]
    analytics = false
    site_cache_dir = {scratch}
[cache]
    dir = {cache}
    type = symlink
"""


def link(context: Context, origin: Path) -> None:
    """What the cache has, then what only the workspace has, then what lies outside of the repository."""
    copy, root = cache.find_root(context.root), cache.find_root(origin)
    text = CONFIGURATION.format(cache=cache.cache_folder(root), scratch=copy / ".dvc" / "tmp" / "site")
    durable.write_text(copy / ".dvc" / "config.local", text)
    tracked = Tracked(Files(copy))
    if tracked.outs:
        command.dvc(copy, "checkout", "-q", "--allow-missing").expect()
        durable.step("write", _remove_parts, copy, tracked)
    for path in (*_uncached(context, copy, root, tracked), *_outside(context, copy, tracked)):
        if not (copy / path).exists() and (root / path).exists():
            durable.switch_link(copy / path, os.path.normpath(root / path))


def _remove_parts(copy: Path, tracked: Tracked) -> None:
    """DVC links also to what the cache lacks; a folder without some of its files is not what is meant."""
    for item in tracked.outs.values():
        path = copy / item.path
        if path.is_symlink() and not path.exists():
            path.unlink()
        elif _is_of_links(path) and not cache.in_cache(copy, item.md5):
            shutil.rmtree(path)


def _is_of_links(path: Path) -> bool:
    """Whether a folder comes from the cache: one that Git has is of files."""
    return path.is_dir() and any(file.is_symlink() for file in path.rglob("*"))


def _uncached(context: Context, copy: Path, root: Path, tracked: Tracked) -> Iterator[str]:
    """After `dvc add --no-commit` only the workspace has the bytes; others than those named are not meant."""
    seen = tables.Digests(context)
    for path, item in tracked.outs.items():
        there = item.md5 and not (copy / path).exists() and (root / path).exists()
        if there and seen.of(root / path, item) == item.digest:
            yield path


def _outside(context: Context, copy: Path, tracked: Tracked) -> Iterator[str]:
    """What steps read by a path that leads out of the repository."""
    for stage in tracked.stages.values():
        for item in stage.deps:
            if not Path(os.path.normpath(copy / item.path)).is_relative_to(context.top):
                yield item.path
