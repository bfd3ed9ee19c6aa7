"""What the kernel says of a process: whether it still is the one that was started."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def started(pid: int) -> str | None:
    """When a process started, as a word that no later process with the same number shares; None: gone."""
    if not _has_proc():
        return _started_by_ps(pid)
    fields = _stat(pid)
    return None if fields is None or fields[0] in "ZX" else f"{_boot()}/{fields[19]}"


def alive(pid: int, since: str) -> bool:
    """Whether the process that `started` described is still running (a zombie is not)."""
    return started(pid) == since


def _stat(pid: int) -> list[str] | None:
    # The name in brackets may hold blanks and brackets, so the fields are counted after the last one.
    try:
        text = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


@cache
def _boot() -> str:
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown-boot"


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(  # the door itself: no other child is started here
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    state, _, since = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else since.strip()
