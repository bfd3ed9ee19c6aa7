"""Make a clean environment from a lock, in its last place: complete, or not there."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from mlops_ext import durable
from mlops_ext.environments.lock import LockFile
from mlops_ext.environments.pins import has_hashes
from mlops_ext.environments.uv import TIMEOUT, run_uv
from mlops_ext.errors import DeadlineError
from mlops_ext.worker_client import COMPILED

MARKER = ".mlops-ext-complete.json"


class Marker(msgspec.Struct, frozen=True):
    """Written last: from which lock the environment was made, for which Python, by which interpreter."""

    lock: str
    python: str
    interpreter: str


def make_environment(lock_text: str, python: str, place: Path, *, timeout: float = TIMEOUT) -> Path:
    """The interpreter of an environment in `place` that holds what the lock says and nothing else.

    `python` is a version such as `3.11` or the path of an interpreter. One that is complete already is
    left as it is; a folder without the marker is what a killed process left, and is made again.
    """
    place = place.absolute()
    lock = "sha256:" + hashlib.sha256(lock_text.encode()).hexdigest()
    if not _complete(place, lock, python):
        with _alone(place, timeout):
            if not _complete(place, lock, python):
                _make(lock_text, lock, python, place, timeout)
    return place / "bin" / "python"


def shared_environment(lock: LockFile, python: str) -> Path:
    """Where this user's environment for a lock and a version of Python is kept, for release and reproduce."""
    home = os.environ.get("MLOPS_EXT_CACHE")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(home) if home else Path(cache) / "mlops-ext"
    return root / "environments" / lock.digest.removeprefix("sha256:") / f"py{python}"


def _make(text: str, lock: str, python: str, place: Path, timeout: float) -> None:
    # The marker goes first: a removal that is killed half way must not leave a folder that looks complete.
    durable.step("write", (place / MARKER).unlink, missing_ok=True)
    durable.remove_tree(place)
    requirements = place / "lock.txt"
    interpreter = place / "bin" / "python"
    words: list[str | Path] = ["venv", "--python", _interpreter(python), place]
    durable.step("write", run_uv, words, cwd=place.parent, timeout=timeout).expect(0)
    durable.write_text(requirements, text)
    sync: list[str | Path] = [
        "pip",
        "sync",
        "--python",
        interpreter,
        "--allow-empty-requirements",
        requirements,
    ]
    if has_hashes(text):
        sync.append("--require-hashes")
    durable.step("write", run_uv, sync, cwd=place.parent, timeout=timeout).expect(0)
    durable.step("write", (place / COMPILED).mkdir)
    marker = Marker(lock, python, os.path.realpath(interpreter))
    durable.write_bytes(place / MARKER, msgspec.json.encode(marker))


def _interpreter(python: str) -> str:
    # Our own base interpreter where it fits: what a search finds first may be a shim that runs nothing.
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    base: str = getattr(sys, "_base_executable", sys.executable)
    return base if python in (own, sys.version.split()[0]) else python


def _complete(place: Path, lock: str, python: str) -> bool:
    try:
        marker = msgspec.json.decode((place / MARKER).read_bytes(), type=Marker)
    except (OSError, msgspec.DecodeError):
        return False
    return (marker.lock, marker.python) == (lock, python) and (place / "bin" / "python").exists()


@contextlib.contextmanager
def _alone(place: Path, timeout: float) -> Iterator[None]:
    # The file stays: one that is removed and made again would be two locks.
    place.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + timeout
    with (place.parent / f".{place.name}.lock").open("w") as file:
        while not _locked(file.fileno()):
            if time.monotonic() > until:
                raise DeadlineError(f"another process has been making {place} for {timeout:g} s")
            time.sleep(0.05)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
