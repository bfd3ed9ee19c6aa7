"""An outcome as strict JSON: one object, the same words as the record."""

from __future__ import annotations

from typing import Any

import msgspec

from mlops_ext.comparison.sweep import Sweep
from mlops_ext.contract.checks import Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.stages.work import Outcome


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` prints for each outcome; its schema is published in docs/reference."""

    stage: str
    verdict: str
    exit_code: int
    summary: str
    record: str
    replayed: bool
    reports: tuple[Report, ...]
    unanswered: tuple[str, ...]
    products: dict[str, list[str]]
    notes: tuple[str, ...]
    next: str
    seconds: float
    comparison: Comparison | None = None
    sweep: Sweep | None = None


def result(outcome: Outcome) -> Result:
    """The outcome in the form that is published."""
    products: dict[str, list[str]] = {}
    for name, value in outcome.products:
        products.setdefault(name, []).append(value)
    return Result(
        stage=outcome.stage,
        verdict=outcome.verdict.word,
        exit_code=outcome.verdict.exit_code,
        summary=outcome.summary,
        record=outcome.stored.digest if outcome.stored else "",
        replayed=outcome.replayed,
        reports=outcome.reports,
        unanswered=outcome.verdict.unanswered,
        products=products,
        notes=outcome.notes,
        next=outcome.next,
        seconds=round(outcome.seconds, 3),
        comparison=outcome.comparison,
        sweep=outcome.sweep,
    )


def dump(value: Any) -> str:
    """Any of our values as strict JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
