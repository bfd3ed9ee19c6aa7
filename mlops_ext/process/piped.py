"""A child that we talk with over pipes, and that ends when its stdin does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from mlops_ext.process.environment import quiet
from mlops_ext.process.short import not_started


def start_piped(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program with pipes on stdin and stdout; stderr goes to `log`, by default to ours.

    A session of its own: Ctrl-C is for us, who still have an answer to wait for.
    """
    words = tuple(str(word) for word in argv)
    try:
        return subprocess.Popen(
            words,
            cwd=cwd,
            env=quiet(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    except OSError as error:
        raise not_started(words, cwd, error) from error


def end(process: subprocess.Popen[bytes], grace: float) -> None:
    """End such a child: its stdin ends, and after the grace its whole group is killed."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
