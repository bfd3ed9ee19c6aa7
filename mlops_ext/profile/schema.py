"""Schema: does a live window bring the columns that the model was trained on, of the same types?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SCHEMA, SKIPPED, UNEXPECTED, VALUES, Check
from mlops_ext.profile.count import Counted, rows_of
from mlops_ext.profile.features import features_of
from mlops_ext.profile.kinds import aligned
from mlops_ext.words import nearest

if TYPE_CHECKING:
    from mlops_ext.contract.data import Column, ColumnRoles
    from mlops_ext.contract.profile import ColumnProfile, Profile

# A category may meet a new value now and then; more rows than this are another category.
UNEXPECTED_SHARE = 0.01


def compare_schema(
    profile: Profile, schema: Sequence[Column], roles: ColumnRoles, counted: Sequence[Counted], rows: int
) -> tuple[Check, ...]:
    """Missing, retyped, emptied and extra columns, and values that a declared category never had."""
    there = {column.name: column.type for column in schema}
    features = features_of(profile)
    checks = [_column(column, there, rows) for column in features]
    checks += [check for one in counted for check in _values(one, profile, rows)]
    extra = sorted(set(there) - {column.name for column in profile.columns} - _named(roles))
    return (*checks, _extra(extra, len(features)))


def comparable(profile: Profile, schema: Sequence[Column]) -> tuple[ColumnProfile, ...]:
    """The counted columns that can be compared: there, of the same meaning, not all null by type."""
    there = {column.name: column.type for column in schema}
    return tuple(
        column
        for column in features_of(profile)
        if column.name in there
        and there[column.name] != "null"
        and aligned(column.type, there[column.name], column.kind)
    )


def _column(column: ColumnProfile, there: dict[str, str], rows: int) -> Check:
    name = f"column:{column.name}"
    if column.name not in there:
        hint = nearest(column.name, there)
        return Check(name=name, status=FAIL, column=column.name, message="missing", hint=hint, about=SCHEMA)
    now = there[column.name]
    if not aligned(column.type, now, column.kind):
        said = f"type was {column.type}, is {now}"
        return Check(
            name=name,
            status=FAIL,
            column=column.name,
            message=said,
            value=now,
            limit=column.type,
            about=SCHEMA,
        )
    if now == "null" and rows and _had_values(column):
        return _empty(column, rows)
    return Check(
        name=name, status=PASS, column=column.name, value=now, limit=column.type, rows=rows, about=SCHEMA
    )


def _values(one: Counted, profile: Profile, rows: int) -> list[Check]:
    column = one.column
    before = next(known for known in profile.columns if known.name == column.name)
    if rows and column.nulls == rows and _had_values(before):
        return [_empty(column, rows)]
    if column.name not in profile.roles.categories or not before.categories or before.other:
        return []
    filled = rows_of(column) - column.nulls
    if not filled:
        return [
            Check(
                name=f"values:{column.name}",
                status=SKIPPED,
                column=column.name,
                message="no values",
                about=UNEXPECTED,
            )
        ]
    share = column.other / filled
    said = f"{column.other} of {filled} values were never seen in training"
    return [
        Check(
            name=f"values:{column.name}",
            status=FAIL if share > UNEXPECTED_SHARE else PASS,
            column=column.name,
            count=column.other,
            rows=rows,
            value=share,
            limit=UNEXPECTED_SHARE,
            about=UNEXPECTED,
            message=f"{said}: {', '.join(one.new)}" if one.new else said,
        )
    ]


def _empty(column: ColumnProfile, rows: int) -> Check:
    return Check(
        name=f"values:{column.name}",
        status=FAIL,
        column=column.name,
        count=rows,
        rows=rows,
        message=f"no values: all {rows} rows are missing, and in training there were some",
        about=VALUES,
    )


def _had_values(column: ColumnProfile) -> bool:
    # Text and other kinds keep only how many are missing; that alone can't show a column of nothing.
    return bool(sum(column.counts) or column.other)


def _extra(names: Sequence[str], looked_at: int) -> Check:
    said = f"{looked_at} columns looked at"
    if names:
        said += f"; left out, because the model was not trained on them: {', '.join(names)}"
    return Check(
        name="extra-columns", status=PASS, severity="info", count=len(names), message=said, about=SCHEMA
    )


def _named(roles: ColumnRoles) -> set[str]:
    return {roles.label, roles.id, roles.time, roles.prediction, roles.version}
