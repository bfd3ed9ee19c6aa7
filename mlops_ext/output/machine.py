"""A view as strict JSON: the same words as the record, the same sentence as the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from mlops_ext.comparison.sweep import Sweep
from mlops_ext.contract.checks import Fault, Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.errors import MlopsExtError
from mlops_ext.output.clean import clean
from mlops_ext.output.view import View, view_of
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import WORDS, verdict_of


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many checks there were, by their answer. `warnings` failed without closing a gate."""

    asked: int
    passed: int
    failed: int
    errors: int
    warnings: int
    skipped: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not well or was skipped, as people are told it.

    `word` is settings, error, failed, warning or skipped; `page` explains it.
    """

    word: str
    title: str
    question: str
    plugin: str
    found: str
    where: str
    help: str
    page: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` prints, one object a call; the worst of `details` comes first."""

    stage: str
    verdict: str
    exit_code: int
    sentence: str
    summary: str
    record: str
    replayed: bool
    counts: Counted
    details: tuple[Told, ...]
    reports: tuple[Report, ...]
    faults: tuple[Fault, ...]
    unanswered: tuple[str, ...]
    products: dict[str, list[str]]
    notes: tuple[str, ...]
    comparison: Comparison | None
    again: str
    next: str
    seconds: float
    sweep: Sweep | None = None


def result(outcome: Outcome) -> Result:
    """The outcome in the form that is published."""
    view = view_of(outcome)
    products: dict[str, list[str]] = {}
    for name, value in view.products:
        products.setdefault(name, []).append(value)
    return Result(
        stage=view.stage,
        verdict=view.verdict,
        exit_code=view.exit_code,
        sentence=view.sentence,
        summary=view.summary,
        record=view.record,
        replayed=view.replayed,
        counts=Counted(**asdict(view.counts)),
        details=_told(view),
        reports=outcome.reports,
        faults=outcome.verdict.faults,
        unanswered=outcome.verdict.unanswered,
        products=products,
        notes=view.notes,
        comparison=view.comparison,
        again=view.again,
        next=view.next,
        seconds=round(view.seconds, 3),
        sweep=view.sweep,
    )


def refused(stage: str, error: MlopsExtError) -> Result:
    """An error before there was an outcome, in the same form."""
    fault = Fault(
        exit_code=error.exit_code, what=clean(error.what), where=clean(error.where), hint=clean(error.hint)
    )
    verdict = verdict_of(WORDS.get(error.exit_code, "error"), (fault,))
    return result(Outcome(stage=stage, verdict=verdict, summary=fault.what))


def _told(view: View) -> tuple[Told, ...]:
    return tuple(
        Told(
            word=detail.word,
            title=detail.title,
            question=detail.question,
            plugin=detail.plugin,
            found=detail.found,
            where=detail.where,
            help=detail.help,
            page=detail.check.page if detail.check else "",
        )
        for detail in (*view.bad, *view.skipped)
    )


def dump(value: Any) -> str:
    """Any of our values as strict JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
