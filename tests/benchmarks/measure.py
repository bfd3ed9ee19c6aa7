"""Wall-clock times of commands, taken in turns, so that what else the machine does falls on all of them."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def seconds_of(
    words: Sequence[str], cwd: Path, env: dict[str, str], code: int | tuple[int, ...] | None = 0
) -> float:
    """How long a command took; another exit code than `code` says ends the benchmark with what it said."""
    started = time.perf_counter()
    ended = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    allowed = (code,) if isinstance(code, int) else code
    if allowed is not None and ended.returncode not in allowed:
        sys.exit(
            f"{' '.join(words)} ended with {ended.returncode}:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}"
        )
    return taken


def in_turns(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """All times of each piece of work: one of each per round, and every second round backwards."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds):
        order = list(range(len(works)))
        for index in order if number % 2 == 0 else reversed(order):
            times[index].append(works[index]())
    return times


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], part: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(math.ceil(part * len(ordered)) - 1, 0)]


def load() -> float:
    """Processes that ran or waited for a core over the last minute."""
    return os.getloadavg()[0]
