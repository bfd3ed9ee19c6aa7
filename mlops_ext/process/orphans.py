"""What an earlier run left behind when we and its supervisor were killed at once."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from mlops_ext.process.table import PROC, started

Environment = Mapping[str, str]


def sweep_orphans(root: Path, *, grace: float = 5.0) -> list[int]:
    """End the processes of earlier runs in `root` whose owner or supervisor is gone; their pids.

    A supervisor whose owner was killed ends them too, and takes its time: until then they may write.
    Only processes with our token and our root, of our user and in our process namespace.
    """
    ours = os.path.realpath(root)
    return _end(lambda env: env.get("MLOPS_ROOT") == ours and "MLOPS_RUN" in env and _orphaned(env), grace)


def end_run(run: str) -> list[int]:
    """End at once every process of one run, whose supervisor died under it; their pids."""
    return _end(lambda env: env.get("MLOPS_RUN") == run, 0.0)


def name_of_us() -> str:
    """Our number and when we began, as children carry it."""
    return f"{os.getpid()}:{(started(os.getpid()) or '').rpartition('/')[2]}"


def _end(meant: Callable[[Environment], bool], grace: float) -> list[int]:
    found: set[int] = set()
    until = time.monotonic() + grace
    while left := _find(meant):
        late = time.monotonic() >= until
        for pid in left if late else left - found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        found |= left
        time.sleep(0.01)
    return sorted(found)


def _find(meant: Callable[[Environment], bool]) -> set[int]:
    if not PROC.is_dir():
        return set()
    pids = {int(entry.name) for entry in os.scandir(PROC) if entry.name.isdigit()} - {os.getpid()}
    return {pid for pid in pids if (env := _environ(pid)) and meant(env) and started(pid) and _near(pid)}


def _environ(pid: int) -> Environment:
    try:
        raw = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    if b"MLOPS_RUN=" not in raw:
        return {}
    pairs = (part.partition(b"=") for part in raw.split(b"\0") if part)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def _orphaned(env: Environment) -> bool:
    # The supervisor itself has the token but not its own number: it is nobody's orphan.
    supervisor, owner = env.get("MLOPS_SUPERVISOR", ""), env.get("MLOPS_OWNER", "")
    return bool(supervisor) and (_gone(supervisor) or (bool(owner) and _gone(owner)))


def _gone(process: str) -> bool:
    pid, _, ticks = process.partition(":")
    return pid.isdigit() and not (started(int(pid)) or "").endswith(f"/{ticks}")


def _near(pid: int) -> bool:
    # The supervisor's number means nothing in another container that shows its processes here.
    try:
        return os.readlink(PROC / str(pid) / "ns/pid") == os.readlink(PROC / "self/ns/pid")
    except OSError:
        return False
