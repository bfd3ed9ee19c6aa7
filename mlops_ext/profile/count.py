"""Count a table in bins that are given: exact, and the counts of two tables add up to those of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.data import Measure, Measured
from mlops_ext.contract.profile import ColumnProfile
from mlops_ext.profile.bins import add
from mlops_ext.profile.kinds import CATEGORY, NUMBER, normal_word

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table

# Far more than a category has; a column with more distinct values is text and is not counted by value.
EVERY_VALUE = 100_000
SHOWN = 5


@dataclass(frozen=True)
class Counted:
    """A column's counts in the reference's bins, and the values that the reference did not list."""

    column: ColumnProfile
    new: tuple[str, ...] = ()


def count_columns(table: Table, columns: Sequence[ColumnProfile]) -> tuple[Counted, ...]:
    """The table's counts in the bins of these columns, in one pass of measures; all of them must be there."""
    measures = [measure for column in columns for measure in _measures(column)]
    answers = iter(table.aggregate(measures) if measures else ())
    return tuple(
        _counted(column, [next(answers) for _ in _measures(column)], table.rows) for column in columns
    )


def merge(left: ColumnProfile, right: ColumnProfile) -> ColumnProfile:
    """Counts of two tables as those of both; bins that differ can't be added."""
    if (left.name, left.edges, left.categories) != (right.name, right.edges, right.categories):
        raise ValueError(f"counts of `{left.name}` were made in other bins")
    return replace(
        left,
        nulls=left.nulls + right.nulls,
        counts=add(left.counts, right.counts),
        other=left.other + right.other,
        history=left.history + right.history,
    )


def subtract(whole: ColumnProfile, part: ColumnProfile) -> ColumnProfile:
    """The rest of the whole without a part of it."""
    lost = tuple(-count for count in part.counts)
    minus = replace(part, nulls=-part.nulls, counts=lost, other=-part.other, history=())
    return merge(whole, minus)


def rows_of(column: ColumnProfile) -> int:
    """How many rows were counted."""
    return sum(column.counts) + column.other + column.nulls


def _measures(column: ColumnProfile) -> list[Measure]:
    nulls = Measure(kind="nulls", column=column.name)
    if column.kind == NUMBER and column.edges:
        return [nulls, Measure(kind="histogram", column=column.name, edges=column.edges)]
    if column.kind == CATEGORY:
        return [nulls, Measure(kind="categories", column=column.name, limit=EVERY_VALUE)]
    return [nulls]


def _counted(column: ColumnProfile, answers: Sequence[Measured], rows: int) -> Counted:
    nulls = int(answers[0].value or 0)
    if column.kind == NUMBER and column.edges:
        counts = answers[1].counts
        # NaN is in no bin and no null for an engine; for a model it is a missing value.
        return Counted(replace(column, counts=counts, nulls=rows - sum(counts), other=0, history=()))
    if column.kind == CATEGORY:
        return _count_words(column, answers[1], rows, nulls)
    filled = (rows - nulls,) if column.kind == NUMBER else ()
    return Counted(replace(column, counts=filled, nulls=nulls, other=0, history=()))


def _count_words(column: ColumnProfile, answer: Measured, rows: int, nulls: int) -> Counted:
    found: dict[str, int] = {}
    for word, count in zip(answer.categories, answer.counts, strict=True):
        normal = normal_word(column.type, word)
        found[normal] = found.get(normal, 0) + count
    counts = tuple(found.pop(category, 0) for category in column.categories)
    new = sorted(found, key=lambda word: (-found[word], word))[:SHOWN]
    other = rows - nulls - sum(counts)
    return Counted(replace(column, counts=counts, nulls=nulls, other=other, history=()), tuple(new))
