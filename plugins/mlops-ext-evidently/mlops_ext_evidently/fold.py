"""What the child found, as checks: each column that was asked for has an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check

if TYPE_CHECKING:
    from mlops_ext_evidently.plan import Answer, Drawn, PlannedColumn

PROBLEMS = {"retyped": FAIL, "empty": FAIL, "nothing": SKIPPED, "failed": ERROR}


def fold(planned: Sequence[PlannedColumn], answer: Answer, rows: int) -> list[Check]:
    """A check per column; one without an answer could not be judged."""
    drawn = {column.name: column for column in answer.columns}
    return [_check(column, drawn.get(column.name), rows) for column in planned]


def _check(column: PlannedColumn, found: Drawn | None, rows: int) -> Check:
    name = f"the column is as in the reference ({column.method})"
    if found is None or (not found.problem and (found.value is None or not math.isfinite(found.value))):
        return Check(
            name=name,
            status=ERROR,
            column=column.name,
            rows=rows,
            message="Evidently gave no answer",
            severity="info",
        )
    if found.problem:
        status = PROBLEMS.get(found.problem, ERROR)
        return Check(
            name=name, status=status, column=column.name, rows=rows, message=found.why, severity="info"
        )
    # Both pinned methods are distances: more is further away.
    status = FAIL if (found.value or 0.0) >= column.threshold else PASS
    note = f"{found.left_out:,} infinite values left out" if found.left_out else ""
    return Check(
        name=name, status=status, column=column.name, rows=rows, message=note,
        value=found.value, limit=column.threshold, severity="info",
    )  # fmt: skip
