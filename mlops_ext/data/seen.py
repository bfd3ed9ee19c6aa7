"""What is seen in a table, column by column: counts and extremes, and nothing claimed yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure, Measured

if TYPE_CHECKING:
    from mlops_ext.contract.data import Column, Table

NUMBERS = ("integer", "float", "decimal")
TIMES = ("date", "timestamp", "timestamp-utc")
MOST_WORDS = 30
_TAILS = (0.01, 0.5, 0.99)


@dataclass(frozen=True, kw_only=True)
class SeenColumn:
    """One column. `tails` are the quantiles at 0.01, 0.5 and 0.99, `words` the most frequent texts."""

    name: str
    type: str
    rows: int
    nulls: int
    nan: int = 0
    distinct: int = 0
    low: float | str | None = None
    high: float | str | None = None
    tails: tuple[float, ...] = ()
    words: tuple[tuple[str, int], ...] = ()

    @property
    def filled(self) -> int:
        """How many values there are."""
        return self.rows - self.nulls - self.nan


def see(table: Table) -> tuple[SeenColumn, ...]:
    """Every column, in one pass for numbers and one for each column of texts."""
    rows = table.rows
    asked = [(column, _measures(column)) for column in table.schema]
    answers = iter(table.aggregate([measure for _, measures in asked for measure in measures]))
    return tuple(
        _seen(column, rows, {measure.kind: next(answers) for measure in measures})
        for column, measures in asked
    )


def _measures(column: Column) -> list[Measure]:
    kinds = ["nulls"]
    if column.type in NUMBERS:
        kinds += ["distinct", "min", "max", "quantiles", "histogram"]
    elif column.type in TIMES:
        kinds += ["min", "max"]
    elif column.type == "string":
        kinds += ["distinct", "categories"]
    edges = {"quantiles": _TAILS, "histogram": (0.0,)}
    return [
        Measure(kind=kind, column=column.name, edges=edges.get(kind, ()), limit=MOST_WORDS + 1)
        for kind in kinds
    ]


def _seen(column: Column, rows: int, answers: dict[str, Measured]) -> SeenColumn:
    nulls = int(answers["nulls"].value or 0)
    bins: Sequence[int] | None = answers["histogram"].counts if "histogram" in answers else None
    words = answers.get("categories", Measured())
    return SeenColumn(
        name=column.name,
        type=column.type,
        rows=rows,
        nulls=nulls,
        # NaN lies in no bin.
        nan=0 if bins is None else rows - nulls - sum(bins),
        distinct=int(answers.get("distinct", Measured()).value or 0),
        low=answers.get("min", Measured()).value,
        high=answers.get("max", Measured()).value,
        tails=answers.get("quantiles", Measured()).values,
        words=tuple(zip(words.categories, words.counts, strict=True)),
    )
