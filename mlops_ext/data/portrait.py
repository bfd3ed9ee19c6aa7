"""A table in a few numbers, for a picture: nulls, range, and how the values lie. It judges nothing."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure, Measured
from mlops_ext.contract.evidence import ColumnSeen, TableSeen
from mlops_ext.errors import MlopsExtError
from mlops_ext.profile.kinds import CATEGORY, NUMBER, TIME, choose_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_ext.contract.data import Column, ColumnRoles, Table

COLUMNS = 200
BINS = 12
WORDS = 8
# More different values than this are text, and text is nobody's business in a record.
FEW = 20
LONGEST = 40
_RANGED = (NUMBER, TIME)


def portrait(table: Table, name: str, roles: ColumnRoles) -> TableSeen | None:
    """The table as a picture, or None where it can't be counted: then the checks say why."""
    try:
        return _portrait(table, name, roles)
    except MlopsExtError:
        return None


def _portrait(table: Table, name: str, roles: ColumnRoles) -> TableSeen:
    """Two passes: nulls, ranges and words first, then the bins of numbers between what was found."""
    columns = table.schema[:COLUMNS]
    kinds = [choose_kind(column, roles) for column in columns]
    asked = [_questions(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    answers = iter(table.aggregate([measure for measures in asked for measure in measures]))
    taken = [tuple(islice(answers, len(measures))) for measures in asked]
    seen = [_seen(column, kind, answer) for column, kind, answer in zip(columns, kinds, taken, strict=True)]
    return TableSeen(
        name=name,
        rows=table.rows,
        columns=tuple(_with_bins(table, seen, kinds)),
        more=len(table.schema) - len(columns),
    )


def _questions(column: Column, kind: str) -> list[Measure]:
    asked = [Measure(kind="nulls", column=column.name)]
    if kind in _RANGED:
        asked += [Measure(kind=end, column=column.name) for end in ("min", "max")]
    if kind == CATEGORY:
        asked.append(Measure(kind="categories", column=column.name, limit=FEW + 1))
    return asked


def _seen(column: Column, kind: str, answers: Sequence[Measured]) -> ColumnSeen:
    nulls = int(answers[0].value or 0)
    low = high = ""
    counts: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    if kind in _RANGED:
        low, high = ("" if answer.value is None else str(answer.value) for answer in answers[1:3])
    elif kind == CATEGORY and len(answers[1].categories) <= FEW:
        counts = answers[1].counts[:WORDS]
        words = tuple(word[:LONGEST] for word in answers[1].categories[:WORDS])
    return ColumnSeen(
        name=column.name, type=column.type, nulls=nulls, low=low, high=high, counts=counts, words=words
    )


def _with_bins(table: Table, seen: Sequence[ColumnSeen], kinds: Sequence[str]) -> Iterator[ColumnSeen]:
    from msgspec.structs import replace

    edges = {
        column.name: found
        for column, kind in zip(seen, kinds, strict=True)
        if kind == NUMBER and (found := _edges(column))
    }
    measures = [Measure(kind="histogram", column=name, edges=found) for name, found in edges.items()]
    answers = dict(zip(edges, table.aggregate(measures) if measures else (), strict=True))
    for column in seen:
        answer = answers.get(column.name)
        # The last edge lies above the highest value, so nothing is in the outermost bins.
        yield replace(column, counts=answer.counts[1:-1]) if answer else column


def _edges(column: ColumnSeen) -> tuple[float, ...]:
    """The ends of equally wide bins; one for each value where whole numbers are few, none without a width."""
    if not column.low or not column.high:
        return ()
    first, last = float(column.low), float(column.high)
    if column.type == "integer" and last - first < FEW:
        return tuple(first + number for number in range(round(last - first) + 2))
    step = (last - first) / BINS
    if not math.isfinite(step) or first + step <= first or last - step >= last:
        return ()
    inner = [first + step * number for number in range(1, BINS)]
    return (first, *inner, math.nextafter(last, math.inf))
