"""Build a profile: what a model was trained on, as counts, through the table's protocol alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.data import Column, ColumnRoles, Measure, Measured
from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.profile.bins import QUANTILES, choose_edges
from mlops_ext.profile.count import EVERY_VALUE, count_columns
from mlops_ext.profile.features import counted_features
from mlops_ext.profile.history import measure_history
from mlops_ext.profile.kinds import CATEGORY, NUMBER, OTHER, choose_kind, normal_word

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table

LISTED = 100
# A label with few values is counted by value, whatever its type: its shares are the simplest baseline.
FEW_LABELS = 20


def build_profile(
    table: Table,
    roles: ColumnRoles,
    model: str,
    *,
    window: timedelta = timedelta(),
    minimum_rows: int = 1,
    digest: str = "",
    version: int = 0,
) -> Profile:
    """Counts of every column in edges that are fixed here.

    With a time column and a `window`, the history of each feature says how far each contiguous window of
    that length (with `minimum_rows` or more) lies from the rest.
    """
    shaped = _shape(table, [_blank(column, roles) for column in table.schema], roles)
    columns = tuple(counted.column for counted in count_columns(table, shaped))
    bare = Profile(model=model, version=version, digest=digest, rows=table.rows, columns=columns, roles=roles)
    history = measure_history(table, counted_features(bare), roles.time, window, minimum_rows)
    with_history = tuple(replace(column, history=history.get(column.name, ())) for column in columns)
    return replace(bare, columns=with_history)


def _blank(column: Column, roles: ColumnRoles) -> ColumnProfile:
    return ColumnProfile(name=column.name, type=column.type, kind=choose_kind(column, roles))


def _shape(table: Table, columns: Sequence[ColumnProfile], roles: ColumnRoles) -> list[ColumnProfile]:
    """Fix edges and categories, in one pass over the table."""
    asked = [_questions(column, roles.label) for column in columns]
    answers = iter(table.aggregate([measure for measures in asked for measure in measures]))
    return [
        _fix(column, roles, [next(answers) for _ in measures])
        for column, measures in zip(columns, asked, strict=True)
    ]


def _questions(column: ColumnProfile, label: str) -> list[Measure]:
    words = Measure(kind="categories", column=column.name, limit=EVERY_VALUE)
    if column.kind == CATEGORY:
        return [words]
    if column.kind != NUMBER:
        return []
    numbers = [
        Measure(kind="min", column=column.name),
        Measure(kind="quantiles", column=column.name, edges=QUANTILES),
        Measure(kind="max", column=column.name),
    ]
    few = Measure(kind="categories", column=column.name, limit=FEW_LABELS + 1)
    return [*numbers, few] if column.name == label else numbers


def _fix(column: ColumnProfile, roles: ColumnRoles, answers: Sequence[Measured]) -> ColumnProfile:
    if column.kind == CATEGORY:
        return _list_words(column, answers[0], declared=column.name in (*roles.categories, roles.label))
    if column.kind != NUMBER:
        return column
    if len(answers) > 3 and len(answers[3].categories) <= FEW_LABELS:
        return _list_words(replace(column, kind=CATEGORY), answers[3], declared=True)
    low, high = answers[0].value, answers[2].value
    if low is None or high is None:
        return column
    return replace(column, edges=choose_edges(float(low), answers[1].values, float(high)))


def _list_words(column: ColumnProfile, answer: Measured, *, declared: bool) -> ColumnProfile:
    """The most frequent values; where they are less than half of the rows, the column is text."""
    listed = {normal_word(column.type, word): 0 for word in answer.categories[:LISTED]}
    if not declared and sum(answer.counts[:LISTED]) * 2 < sum(answer.counts):
        return replace(column, kind=OTHER)
    return replace(column, categories=tuple(listed))
