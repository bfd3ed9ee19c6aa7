"""What the parent asks of the child that draws, and what it answers: two small JSON files."""

from __future__ import annotations

import msgspec

REFERENCE = "reference.arrow"
CURRENT = "current.arrow"
PLAN = "plan.json"
ANSWER = "answer.json"
PAGE = "report.html"


class PlannedColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of both sides; `kind` is number or category, `known` the categories of the reference."""

    name: str
    kind: str
    method: str
    threshold: float
    known: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The columns to draw."""

    columns: tuple[PlannedColumn, ...]


class Drawn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a column: a distance, or why there is none.

    `problem` is empty, `retyped`, `empty`, `nothing` (the reference has no values either) or `failed`.
    """

    name: str
    value: float | None = None
    problem: str = ""
    why: str = ""
    left_out: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All columns of the plan; `unusable` is set when Evidently does not import."""

    columns: tuple[Drawn, ...] = ()
    unusable: str = ""
