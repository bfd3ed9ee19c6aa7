"""The infrastructure card: whether a model loads in its clean environment, and what it needs there."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check
from mlops_ext.errors import DeadlineError, MlopsExtError
from mlops_ext.files import files_below
from mlops_ext_serve.checks.bench import Bench
from mlops_ext_serve.model.runner import Runner

if TYPE_CHECKING:
    from mlops_ext.contract.settings import LimitSettings

ONE_ROW_CALLS = 200
ONE_ROW_SECONDS = 5.0
BATCH = 1_000
MEGA = 1_000_000
Columns = dict[str, list[Any]]


def load(bench: Bench) -> Check:
    """Start the model's process."""
    name = "loads in its own environment"
    hint = "the environment is made from the lock that was registered with the version"
    try:
        ready = bench.runner.start()
    except DeadlineError as error:
        return Check(
            name=name, status=ERROR, message=error.what, limit=bench.settings.load_seconds, hint=hint
        )
    except MlopsExtError as error:
        return Check(name=name, status=FAIL, message=error.what, hint=hint)
    return Check(
        name=name, status=PASS, message=f"seconds, Python {ready.python}", value=round(ready.seconds, 3)
    )


def sizes(bench: Bench, limits: LimitSettings) -> list[Check]:
    """Bytes of the model, and of the model with its environment where a limit asks for that."""
    model = _size(bench.folder)
    found = [within("size of the model in MB", model / MEGA, limits.model_mb)]
    if limits.disk_mb:
        whole = model + _size(bench.python.parent.parent)
        found.append(within("size with its environment in MB", whole / MEGA, limits.disk_mb))
    return found


def memory(bench: Bench, limits: LimitSettings) -> Check:
    """The most memory that its process used so far."""
    peak = _peak(bench.runner.pid)
    if peak is None:
        return Check(name="memory in MB", status=SKIPPED, message="this system does not say", severity="info")
    return within("memory in MB", peak / MEGA, limits.memory_mb)


def speed(bench: Bench, columns: Columns, limits: LimitSettings) -> list[Check]:
    """Latency of one row, without HTTP, and rows per second in batches."""
    rows = len(next(iter(columns.values())))
    took = [_seconds(bench.runner, _row(columns, number % rows)) * 1000 for number in _until(ONE_ROW_SECONDS)]
    batch = {name: [values[number % rows] for number in range(BATCH)] for name, values in columns.items()}
    seconds = statistics.median(_seconds(bench.runner, batch) for _ in range(3))
    p99 = sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
    return [
        within("latency of one row in ms, p50", statistics.median(took), 0.0, rows=len(took)),
        within("latency of one row in ms, p99", p99, limits.latency_ms, rows=len(took)),
        within("rows per second", BATCH / seconds, 0.0, rows=BATCH),
    ]


def within(name: str, value: float, limit: float, *, rows: int | None = None) -> Check:
    """Whether a number is at most its limit; without a limit it is only told."""
    status = FAIL if limit and value > limit else PASS
    return Check(
        name=name,
        status=status,
        value=round(value, 3),
        limit=limit or None,
        rows=rows,
        severity="critical" if limit else "info",
        hint="a smaller model, or another limit in targets.<name>.limits" if status == FAIL else "",
    )


def _until(seconds: float) -> Sequence[int] | Any:
    end = time.monotonic() + seconds
    for number in range(ONE_ROW_CALLS):
        if number and time.monotonic() > end:
            return
        yield number


def _seconds(runner: Runner, columns: Columns) -> float:
    begun = time.perf_counter()
    runner.predict(columns)
    return time.perf_counter() - begun


def _row(columns: Columns, number: int) -> Columns:
    return {name: [values[number]] for name, values in columns.items()}


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in files_below(folder) if file.is_file())


def _peak(pid: int | None) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else None
