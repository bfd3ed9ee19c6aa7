"""Drift: is a live window farther from the reference than it moves by itself?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check
from mlops_ext.profile.count import Counted, rows_of
from mlops_ext.profile.distance import biggest_move, chance_distance, distance, populations

if TYPE_CHECKING:
    from mlops_ext.contract.profile import ColumnProfile, Profile


def compare_drift(
    profile: Profile, counted: Sequence[Counted], rows: int, *, floor: float, minimum_rows: int
) -> tuple[Check, ...]:
    """One check per column. Below `minimum_rows` nobody can tell, which is neither good nor bad.

    A column drifts when its distance exceeds all of: the floor, the farthest of the reference's own windows,
    and what chance does with that few rows over that many columns.
    """
    needed = max(1, minimum_rows)
    if rows < needed:
        said = f"insufficient data: {rows} rows, at least {needed} needed"
        return (Check(name="minimum-rows", status=SKIPPED, message=said, rows=rows, limit=needed),)
    if not counted:
        return (Check(name="drift", status=SKIPPED, message="no column can be compared", rows=rows),)
    before = {column.name: column for column in profile.columns}
    return tuple(_judge(before[one.column.name], one, floor, len(counted)) for one in counted)


def drift_limit(
    reference: ColumnProfile, current: ColumnProfile, floor: float, comparisons: int
) -> tuple[float, str]:
    """The distance that has to be exceeded, and why it is that high."""
    limits = {
        "the floor": floor,
        f"the farthest of {len(reference.history)} windows of the reference": max(
            reference.history, default=0.0
        ),
        "chance": chance_distance(populations(reference), populations(current), comparisons),
    }
    why = max(limits, key=lambda name: limits[name])
    return limits[why], why


def _judge(reference: ColumnProfile, one: Counted, floor: float, comparisons: int) -> Check:
    current = one.column
    name, rows = f"drift:{current.name}", rows_of(current)
    if not rows_of(reference):
        return Check(name=name, status=SKIPPED, column=current.name, message="the reference has no rows")
    apart = distance(populations(reference), populations(current))
    limit, why = drift_limit(reference, current, floor, comparisons)
    said = f"distance {apart:.3f}, limit {limit:.3f} ({why}); {biggest_move(reference, current)}"
    if one.new:
        said += f"; new: {', '.join(one.new)}"
    return Check(
        name=name,
        status=FAIL if apart > limit else PASS,
        column=current.name,
        value=apart,
        limit=limit,
        rows=rows,
        count=current.other or None,
        message=said,
    )
