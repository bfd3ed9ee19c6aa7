"""Steps that outlive the process: the few functions through which every one of them goes.

A write is a temporary name, fsync, rename, so that a reader sees the old bytes or the new ones.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def step(kind: str, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do one durable step of a kind: `write`, `rename`, `store`, `link`, `push`, `start` or `stop`."""
    return act(*args, **kwargs)


def write_bytes(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put `content` at `path`, whole or not at all; makes the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    step("write", _write_and_rename, path, content, mode)


def write_text(path: Path, content: str, *, mode: int = 0o644) -> None:
    """Put `content` at `path` as UTF-8, whole or not at all."""
    write_bytes(path, content.encode(), mode=mode)


def rename(source: Path, target: Path) -> None:
    """Give a finished file or folder its final name; a file there is replaced."""
    step("rename", _rename, source, target)


def switch_link(link: Path, target: str) -> None:
    """Let `link` point at `target` from one moment to the next: readers never find it missing."""
    step("link", _switch_link, link, target)


def remove_tree(path: Path) -> None:
    """Remove a folder that nobody reads any more; what is not there is fine."""
    step("write", shutil.rmtree, path, ignore_errors=True)


def _write_and_rename(path: Path, content: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, target)
    _sync_folder(target.parent)


def _switch_link(link: Path, target: str) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    temporary = link.parent / f".{link.name}.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)
    _sync_folder(link.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
