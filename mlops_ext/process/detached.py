"""Processes that outlive us on purpose, such as the prediction service."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlops_ext import durable
from mlops_ext.process.environment import JOB_MARK, RUN_MARKS, quiet
from mlops_ext.process.short import not_started
from mlops_ext.process.table import started


def start_detached(argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None, log: Path) -> int:
    """Start a program in a session of its own, its output appended to `log`; its pid once it runs."""
    words = tuple(str(word) for word in argv)
    whole = {name: value for name, value in quiet(env).items() if name not in (*RUN_MARKS, JOB_MARK)}
    log.parent.mkdir(parents=True, exist_ok=True)
    return durable.step("start", _start, words, cwd, whole, log)


def stop(pid: int, grace: float = 5.0, *, since: str | None = None) -> None:
    """End a process that was started detached: TERM, and after `grace` seconds KILL to its whole group.

    With `since` (what `started` said) another process that got the same number is left alone.
    """
    now = started(pid)
    if now is not None and since in (None, now):
        durable.step("stop", _stop, pid, grace, now)


def _start(argv: tuple[str, ...], cwd: Path, env: Mapping[str, str], log: Path) -> int:
    with log.open("ab") as file:
        try:
            child = subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise not_started(argv, cwd, error) from error
    child.returncode = 0  # it outlives us, so nobody will wait for it, and Popen need not warn
    return child.pid


def _stop(pid: int, grace: float, since: str) -> None:
    _signal(pid, signal.SIGTERM)
    if not _gone(pid, since, grace):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _signal(pid, signal.SIGKILL)
        _gone(pid, since, 5.0)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _gone(pid: int, since: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while started(pid) == since:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    with contextlib.suppress(ChildProcessError):  # it may be a child of ours, or of a process long gone
        os.waitpid(pid, os.WNOHANG)
    return True
