"""Measures as aggregates: all that is one number or a few goes into one pass over the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.data import Measure, Measured
from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis import breaking, counting
from mlops_ext_ibis.values import finite_float, plain
from mlops_ext_ibis.words import NUMBERS, word

if TYPE_CHECKING:
    from ibis.expr.types import Column, Scalar, Table

Row = dict[str, Any]


def answer(table: Table, asked: Sequence[Measure], where: str) -> tuple[Measured, ...]:
    """The answers in the order of the questions; equal questions are asked once."""
    unique = list(dict.fromkeys(asked))
    parts: dict[str, Scalar] = {}
    for number, measure in enumerate(unique):
        if measure.kind not in APART:
            parts |= {f"{number}:{name}": part for name, part in _parts(table, measure, where).items()}
    row: Row = table.aggregate(**parts).to_pyarrow().to_pylist()[0] if parts else {}
    found = {
        measure: APART[measure.kind](table, measure, where)
        if measure.kind in APART
        else _fold(
            measure, {key.partition(":")[2]: row[key] for key in parts if key.startswith(f"{number}:")}
        )
        for number, measure in enumerate(unique)
    }
    return tuple(found[measure] for measure in asked)


def _parts(table: Table, measure: Measure, where: str) -> dict[str, Scalar]:
    """The aggregates that answer one measure, by name."""
    column = table[measure.column]
    kind = word(column.type())
    if measure.kind in NUMERIC and kind not in NUMBERS:
        raise CouldNotTellError(
            f"{measure.kind} needs numbers, and column `{measure.column}` is {kind}", where=where
        )
    if measure.kind not in (*ASK, "outside"):
        raise CouldNotTellError(
            f"unknown measure `{measure.kind}`", where=where, hint=", ".join((*ASK, "outside", *APART))
        )
    if measure.kind == "outside":
        return {"value": breaking.outside(column, measure, where).sum().fill_null(0)}
    return ASK[measure.kind](column, measure)


def _fold(measure: Measure, row: Row) -> Measured:
    if measure.kind == "quantiles":
        return Measured(values=tuple(finite_float(value) for value in row["value"] or ()))
    if measure.kind == "histogram":
        below = [0, *(row[f"below{number}"] or 0 for number in range(len(measure.edges))), row["all"]]
        return Measured(counts=tuple(after - before for before, after in pairwise(below)))
    return Measured(value=plain(row["value"]) if not row.get("spoilt") else None)


def _value(make: Callable[[Column], Scalar]) -> Callable[[Column, Measure], dict[str, Scalar]]:
    return lambda column, measure: {"value": make(column)}


def _std(column: Column, measure: Measure) -> dict[str, Scalar]:
    numbers = counting.numbers(column)
    # DuckDB stops at an infinite deviation; ours is then undefined.
    endless = numbers.isinf()
    return {
        "value": numbers.nullif(float("inf")).nullif(float("-inf")).std(how="sample"),
        "spoilt": endless.any(),
    }


def _histogram(column: Column, measure: Measure) -> dict[str, Scalar]:
    values = counting.without_nan(column) if word(column.type()) != "boolean" else column.cast("int8")
    below = {f"below{number}": (values < edge).sum() for number, edge in enumerate(measure.edges)}
    return {**below, "all": values.count()}


def _quantiles(column: Column, measure: Measure) -> dict[str, Scalar]:
    return {"value": counting.numbers(column).quantile(list(measure.edges))}


ASK: dict[str, Callable[[Column, Measure], dict[str, Scalar]]] = {
    "count": _value(lambda column: column.count()),
    "nulls": _value(lambda column: column.isnull().sum().fill_null(0)),
    "distinct": _value(lambda column: counting.without_nan(column).nunique()),
    "min": _value(lambda column: counting.without_nan(column).min()),
    "max": _value(lambda column: counting.without_nan(column).max()),
    "mean": _value(lambda column: counting.numbers(column).mean()),
    "std": _std,
    "quantiles": _quantiles,
    "histogram": _histogram,
}
APART: dict[str, Callable[[Table, Measure, str], Measured]] = {
    "categories": lambda table, measure, where: counting.categories(table, measure),
    "examples": breaking.examples,
}
NUMERIC = ("mean", "std", "quantiles", "histogram")
