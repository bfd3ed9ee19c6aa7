"""`python launcher.py STEPS MODE N WORDS...`: `mlops-ext WORDS` that SIGKILLs itself at a durable step.

It dies before or after (MODE) the N-th; with N 0 it lives. With MODE `meet` it waits before it appends a
promotion until a peer does (the file in HARNESS_PEER), and N milliseconds more. The kind of every step is
appended to the file STEPS, with its caller. The shipped code knows nothing of this: `durable.step` is
wrapped from outside.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlops_ext import durable
from mlops_ext.cli import main

DOORS = ("durable.py", "calls.py")
APPENDS = "promote.py:_append"


def wrap(steps: Path, mode: str, number: int) -> None:
    """Count every durable step, and die before or after the one with this number."""
    counter, counting, real = itertools.count(1), threading.Lock(), durable.step

    def step(kind: str, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with counting:
            mine = next(counter)
            with steps.open("a") as file:
                file.write(f"{kind} {_caller()}\n")
            if mine == number and mode == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if mode == "meet" and _caller() == APPENDS:
                _meet(steps, number)
        result = real(kind, act, *args, **kwargs)
        if mine == number and mode == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    durable.step = step


def _meet(steps: Path, milliseconds: int) -> None:
    """Say that we are here, wait for the other, and then as long as we were told."""
    steps.with_suffix(".here").touch()
    until = time.monotonic() + 240
    while not Path(os.environ["HARNESS_PEER"]).exists() and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(milliseconds / 1000)


def _caller() -> str:
    """Where the step was asked for: the first frame outside of the files that only hand steps on."""
    frame = sys._getframe(2)
    while frame.f_back and Path(frame.f_code.co_filename).name in DOORS:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"


if __name__ == "__main__":
    wrap(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    sys.exit(main(sys.argv[4:]))
