"""Environments that are made once for what is in them, and found again by later steps and jobs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

MARKER = "complete"


def kept(parts: Iterable[bytes], make: Callable[[Path], None]) -> Path:
    """The environment of these parts, made if it is not there.

    An environment can't be moved, so it is made in its place, under a lock that dies with its holder; the
    marker is written last, and a folder without one is what was left by somebody who was killed.
    """
    place = _root() / _digest(parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        if not (place / MARKER).is_file():
            shutil.rmtree(place, ignore_errors=True)
            make(place)
            (place / MARKER).touch()
    return place


def bytes_of(*places: Path) -> Iterator[bytes]:
    """The name and the bytes of each file below, in one order."""
    for place in places:
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(place.parent).as_posix().encode()
                yield file.read_bytes()


def _root() -> Path:
    """What runners of one machine share, if we may write there; else what a job has for itself."""
    for name in ("RUNNER_TOOL_CACHE", "RUNNER_TEMP"):
        folder = Path(os.environ.get(name, ""), "mlops-ext")
        if folder.is_absolute() and _is_writable(folder):
            return folder
    return Path(tempfile.gettempdir(), f"mlops-ext-{os.getuid()}")


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in (sys.version.encode(), os.path.realpath(sys.executable).encode(), *_machine(), *parts):
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()[:32]


def _machine() -> list[bytes]:
    return [platform.machine().encode(), *(part.encode() for part in platform.libc_ver())]


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with place.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
