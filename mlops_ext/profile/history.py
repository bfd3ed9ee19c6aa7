"""How much each column moves when nothing is wrong: contiguous windows of the reference against the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure
from mlops_ext.profile.count import count_columns, rows_of, subtract
from mlops_ext.profile.distance import distance, populations

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table
    from mlops_ext.contract.profile import ColumnProfile

# Windows of an hour over years would be thousands of passes; the newest tell enough.
MOST_WINDOWS = 60
TIMES = ("date", "timestamp", "timestamp-utc")


def measure_history(
    table: Table, columns: Sequence[ColumnProfile], time: str, window: timedelta, minimum_rows: int = 1
) -> dict[str, tuple[float, ...]]:
    """Distances by column, one per window in order of time.

    A live window is no part of the reference, so each of these is taken out of it before it is compared.
    """
    if not window or not table.rows or not _has_times(table, time):
        return {}
    found: dict[str, list[float]] = {}
    for start, end in split(table, time, window):
        part = table.between(time, start, end)
        if part.rows < max(1, minimum_rows) or part.rows == table.rows:
            continue
        for whole, counted in zip(columns, count_columns(part, columns), strict=True):
            rest = subtract(whole, counted.column)
            if rows_of(rest):
                apart = distance(populations(rest), populations(counted.column))
                found.setdefault(whole.name, []).append(apart)
    return {name: tuple(distances) for name, distances in found.items()}


def _has_times(table: Table, time: str) -> bool:
    return any(column.name == time and column.type in TIMES for column in table.schema)


def split(table: Table, time: str, window: timedelta) -> list[tuple[str, str]]:
    """Whole windows of this length, counted back from the newest row, or from the end of its day."""
    low, high = (
        answer.value
        for answer in table.aggregate([Measure(kind="min", column=time), Measure(kind="max", column=time)])
    )
    if not isinstance(low, str) or not isinstance(high, str):
        return []
    dates = len(low) == len("2013-01-01")
    if dates or not window % timedelta(days=1):
        # Windows of whole days begin and end at midnight, whatever the hours of the first and last row.
        first, last = (
            _midnight(datetime.fromisoformat(low)),
            _midnight(datetime.fromisoformat(high)) + timedelta(days=1),
        )
    else:
        first, last = datetime.fromisoformat(low), datetime.fromisoformat(high) + timedelta(microseconds=1)
    return list(_back(first, last, window, dates))[::-1]


def _back(first: datetime, last: datetime, window: timedelta, dates: bool) -> Iterator[tuple[str, str]]:
    for _ in range(MOST_WINDOWS):
        if last - window < first:
            return
        yield _text(last - window, dates), _text(last, dates)
        last -= window


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _text(moment: datetime, dates: bool) -> str:
    return moment.date().isoformat() if dates else moment.isoformat()
