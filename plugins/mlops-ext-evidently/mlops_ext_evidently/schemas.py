"""What can be compared, decided by names and types before Evidently sees a row.

It leaves out, in silence, columns that are missing, and dies of extra ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check
from mlops_ext_evidently.plan import PlannedColumn

if TYPE_CHECKING:
    from mlops_ext.contract.data import Column
    from mlops_ext.contract.profile import ColumnProfile, Profile
    from mlops_ext_evidently.settings import EvidentlySettings

KINDS = ("number", "category")


def comparable(
    profile: Profile, reference: Sequence[Column], current: Sequence[Column], own: EvidentlySettings
) -> tuple[tuple[PlannedColumn, ...], list[Check]]:
    """The columns to draw, and checks for those that are not drawn: none is left out without a word."""
    there, live = {column.name for column in reference}, {column.name for column in current}
    roles = profile.roles
    special = {name for name in (roles.id, roles.time, roles.label, roles.prediction, roles.version) if name}
    wanted = [column for column in profile.columns if column.name not in special and column.kind in KINDS]
    planned = tuple(_planned(column, own) for column in wanted if column.name in there & live)
    checks = [
        _missing(column.name, column.name in there) for column in wanted if column.name not in there & live
    ]
    others = sorted(special | {column.name for column in profile.columns if column.kind not in KINDS})
    if others:
        checks.append(
            _note("columns left out by their role", SKIPPED, f"{', '.join(others)}: ids, times and labels")
        )
    extra = sorted(live - there - special)
    if extra:
        checks.append(
            _note("columns that the reference does not have", PASS, f"left out: {', '.join(extra)}")
        )
    return planned, checks


def _planned(column: ColumnProfile, own: EvidentlySettings) -> PlannedColumn:
    number = column.kind == "number"
    return PlannedColumn(
        name=column.name,
        kind=column.kind,
        method=own.number_method if number else own.category_method,
        threshold=own.number_threshold if number else own.category_threshold,
        known=column.categories,
    )


def _missing(name: str, in_reference: bool) -> Check:
    side = "the window" if in_reference else "the reference data"
    return Check(
        name="the column is there",
        status=FAIL,
        column=name,
        message=f"{side} has no column `{name}`",
        severity="info",
    )


def _note(name: str, status: str, message: str) -> Check:
    return Check(name=name, status=status, message=message, severity="info")
