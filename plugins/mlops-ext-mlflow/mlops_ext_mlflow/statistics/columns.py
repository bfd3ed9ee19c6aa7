"""Columns of a table as arrays: times as whole numbers, labels as what a metric can take."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    import pyarrow as pa

    from mlops_ext_mlflow.statistics.metrics import Array

DAY = 86_400_000_000


def read_times(name: str, column: pa.ChunkedArray) -> tuple[Array, int]:
    """Times as whole numbers, and how many of them make a day; null is the lowest number.

    Times are microseconds since 1970 in UTC, naive ones taken as UTC. A column of numbers counts periods:
    each whole number is a day of its own.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    lowest = np.iinfo(np.int64).min
    kind = column.type
    try:
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return pc.fill_null(pc.floor(column).cast(pa.int64()), lowest).to_numpy(), 1
        times = _as_times(column)
    except pa.ArrowInvalid as error:
        raise CouldNotTellError(f"column `{name}` can't be read as times: {error}") from error
    return pc.fill_null(times.cast(pa.int64()), lowest).to_numpy(), DAY


def _as_times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    zone = getattr(column.type, "tz", None)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        first = next((value for value in column.to_pylist() if value), "")
        zone = "UTC" if first[10:].endswith("Z") or "+" in first[10:] or "-" in first[10:] else None
    # A safe cast would refuse nanoseconds; nobody cuts a day there.
    return column.cast(pa.timestamp("us", tz=zone), safe=False)


def parse_time(text: str, per_day: int) -> int:
    """A time as text on the scale of `read_times`; a date alone means the end of that day."""
    try:
        if per_day == 1:
            return int(float(text))
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CouldNotTellError(f"`{text}` is no time that can be compared with the time column") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    start = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return start + DAY - 1 if len(text) == len("2013-03-31") else start


def show_time(value: int, per_day: int) -> str:
    """A number of `read_times` as people read it."""
    if per_day == 1:
        return str(value)
    return datetime.fromtimestamp(value / 1_000_000, UTC).date().isoformat()


def read_values(column: pa.ChunkedArray) -> Array:
    """Numbers and booleans as floats (null is NaN), anything else as objects."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    types = pa.types
    if types.is_integer(column.type) or types.is_floating(kind) or types.is_decimal(kind):
        return np.asarray(pc.fill_null(column.cast(pa.float64()), float("nan")), dtype=np.float64)
    return np.asarray(column.to_pylist(), dtype=object)


def labelled(column: pa.ChunkedArray) -> Array:
    """Which rows have a label: neither null nor NaN."""
    import numpy as np

    values = read_values(column)
    return np.asarray(column.is_valid()) if values.dtype == object else np.isfinite(values)


def find_output(asked: str, truth: Array, predicted: Array) -> str:
    """What the predictions are: as asked, or as truth and predictions look."""
    import numpy as np

    if asked:
        return asked
    if truth.dtype == object:
        return "label"
    if not np.isin(truth, (0, 1)).all():
        return "value"
    whole = np.isin(predicted, (0, 1)).all() if predicted.dtype != object else True
    return "label" if whole else "probability"


def bad_truth(output: str, truth: Array) -> str:
    """Why these labels don't fit the output, or nothing."""
    import numpy as np

    if output == "label":
        return ""
    if truth.dtype == object:
        return f"the labels are text, like {truth[0]!r}"
    if output == "probability" and not np.isin(truth, (0, 1)).all():
        return f"probabilities need labels 0 and 1, not {truth[~np.isin(truth, (0, 1))][0]}"
    return "" if np.isfinite(truth).all() else "labels that are infinite"
