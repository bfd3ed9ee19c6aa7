"""A table of the contract on pyarrow alone: what tests put in, without an engine between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mlops_ext.contract.data import Column, Measure, Measured

PREFIXES = {
    "bool": "boolean",
    "int": "integer",
    "uint": "integer",
    "double": "float",
    "float": "float",
    "halffloat": "float",
    "decimal": "decimal",
    "string": "string",
    "large_string": "string",
    "date": "date",
    "time": "time",
    "binary": "binary",
    "null": "null",
}


@dataclass(frozen=True)
class ArrowTable:
    """Implements `Table` over a `pyarrow.Table`."""

    table: pa.Table

    @property
    def schema(self) -> tuple[Column, ...]:
        return tuple(
            Column(name=field.name, type=word(field.type), nullable=field.nullable)
            for field in self.table.schema
        )

    @property
    def rows(self) -> int:
        return self.table.num_rows

    def aggregate(self, measures: Sequence[Measure]) -> tuple[Measured, ...]:
        return tuple(answer(self.table[measure.column], measure) for measure in measures)

    def sample(self, n: int, seed: int) -> ArrowTable:
        if n >= self.rows:
            return self
        chosen = np.random.default_rng(seed).choice(self.rows, n, replace=False)
        return ArrowTable(self.table.take(pa.array(np.sort(chosen))))

    def select(self, columns: Sequence[str]) -> ArrowTable:
        return ArrowTable(self.table.select(list(columns)))

    def between(self, column: str, start: str, end: str) -> ArrowTable:
        values = self.table[column]
        keep = pa.array(np.ones(self.rows, dtype=bool))
        for text, compare in ((start, pc.greater_equal), (end, pc.less)):
            if text:
                keep = pc.and_(keep, pc.fill_null(compare(values, bound(text, values.type)), False))
        return ArrowTable(self.table.filter(keep))

    def join(self, other: ArrowTable, on: str, columns: Sequence[str]) -> ArrowTable:
        place = self.table.append_column("__row", pa.array(range(self.rows)))
        joined = place.join(other.table.select([on, *columns]), on, join_type="left outer").sort_by("__row")
        return ArrowTable(joined.drop_columns(["__row"]))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def word(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "timestamp-utc" if kind.tz else "timestamp"
    found = [name for prefix, name in PREFIXES.items() if str(kind).startswith(prefix)]
    return found[0] if found else f"other:{kind}"


def bound(text: str, kind: pa.DataType) -> pa.Scalar:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        moment = pa.scalar(text.replace("+00:00", "")).cast(pa.timestamp("us"))
        return moment.cast(pa.timestamp("us", tz="UTC")) if getattr(kind, "tz", None) else moment.cast(kind)
    return pa.scalar(float(text))


def answer(column: pa.ChunkedArray, measure: Measure) -> Measured:
    valid = column.drop_null()
    simple = {
        "count": lambda: len(valid),
        "nulls": lambda: column.null_count,
        "distinct": lambda: len(valid.unique()),
    }
    if measure.kind in simple:
        return Measured(value=simple[measure.kind]())
    if measure.kind == "categories":
        return categories(valid, measure.limit)
    if measure.kind in ("outside", "examples"):
        return broken(column, measure)
    if measure.kind in ("min", "max"):
        return Measured(value=plain(pc.min_max(valid)[measure.kind].as_py()))
    return numbers(valid, measure)


def broken(column: pa.ChunkedArray, measure: Measure) -> Measured:
    """Rows that break a rule, looked at one by one."""
    rule = measure.rule or "outside"
    before: set[object] = set()
    found = []
    for row, value in enumerate(column.to_pylist(), start=1):
        breaks = {
            "null": value is None,
            "outside": rule == "outside" and value is not None and is_outside(value, measure),
            "listed": text(value) in measure.words,
            "repeated": value in before,
            "mistyped": value is not None and not str(value).replace(".", "").isdigit(),
        }
        before |= {value} - {None}
        found += [(row, text(value))] if breaks[rule] else []
    if measure.kind == "outside":
        return Measured(value=len(found))
    shown = found[: measure.limit]
    return Measured(counts=tuple(row for row, _ in shown), categories=tuple(word for _, word in shown))


def is_outside(value: object, measure: Measure) -> bool:
    low, high = measure.low, measure.high
    if hasattr(value, "isoformat"):
        said = value.isoformat()
        return bool((low and said[: len(low)] < low) or (high and said[: len(high)] > high))
    return not ((low is None or value >= low) and (high is None or value <= high))


def categories(valid: pa.ChunkedArray, limit: int) -> Measured:
    counts = [
        (text(pair["values"]), pair["counts"]) for pair in valid.combine_chunks().value_counts().to_pylist()
    ]
    kept = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:limit]
    return Measured(categories=tuple(name for name, _ in kept), counts=tuple(count for _, count in kept))


def text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def numbers(valid: pa.ChunkedArray, measure: Measure) -> Measured:
    values = np.asarray(valid.cast(pa.float64(), safe=False))
    values = values[~np.isnan(values)]
    if measure.kind == "quantiles":
        return Measured(
            values=tuple(float(v) for v in np.quantile(values, measure.edges)) if len(values) else ()
        )
    if measure.kind == "histogram":
        bins = np.searchsorted(np.array(measure.edges), values, side="right")
        return Measured(counts=tuple(int(n) for n in np.bincount(bins, minlength=len(measure.edges) + 1)))
    found = {"mean": np.mean, "std": np.std}[measure.kind](values) if len(values) else math.nan
    return Measured(value=None if math.isnan(found) else float(found))


def plain(value: object) -> float | int | str | None:
    if value is None or isinstance(value, int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else float(value)
