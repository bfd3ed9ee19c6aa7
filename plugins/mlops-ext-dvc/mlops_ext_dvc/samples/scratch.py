"""A folder for one sample run, that nobody else uses and that does not outlive it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlops_ext import durable, process

LOCK = ".in-use"


@contextmanager
def scratch(folder: Path, runs_in: str) -> Iterator[Path]:
    """Hold `folder` while the block runs, and take it away; `runs_in` is where in it steps run.

    What killed runs left beside it goes first: the kernel gives their locks back, and ours is not given.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"*{LOCK}"):
        _sweep(left, runs_in)
    lock = _lock_of(folder)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            durable.remove_tree(folder)
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


@contextmanager
def environ(name: str, value: str) -> Iterator[None]:
    """A variable of our own process meanwhile: DVC's library reads it when it opens a project."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{LOCK}")


def _sweep(lock: Path, runs_in: str) -> None:
    folder = lock.with_name(lock.name.removesuffix(LOCK))
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        process.sweep_orphans(folder / runs_in)
        durable.remove_tree(folder)
        lock.unlink(missing_ok=True)
