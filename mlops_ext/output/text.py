"""An outcome as text: one thing a line, words at fixed places, details only for what is not well."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.output import comparison
from mlops_ext.output.clean import clean
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import code_of, status_of

WORD = {0: "passed", 1: "failed", 2: "settings", 3: "error"}
SAYS = {"pass": "passed", "fail": "failed", "misconfigured": "is misconfigured", "error": "could not tell"}
MOST = 10


def lines(outcome: Outcome, verbose: bool = False) -> Iterator[str]:
    """The whole screen: reports, details, notes, the verdict, and what comes next."""
    yield from (_report_line(report) for report in outcome.reports)
    yield from _details(outcome, verbose)
    yield from (f"note     {clean(note)}" for note in outcome.notes)
    yield from comparison.sections(outcome.comparison, outcome.sweep, verbose)
    if outcome.reports or outcome.notes:
        yield ""
    yield _last(outcome)
    yield from _pointers(outcome)


def _report_line(report: Report) -> str:
    code = code_of(report)
    word = WORD[code]
    if not report.fault and report.checks and all(status_of(check) == SKIPPED for check in report.checks):
        word = "skipped"
    counts = _counts(report)
    looked = clean(report.looked_at or report.question)
    return f"{word:<8} {clean(report.plugin):<20} {counts:<12} {looked:<40} {report.seconds:6.1f} s".rstrip()


def _counts(report: Report) -> str:
    if report.fault and not report.checks:
        return "not answered"
    total = len(report.checks)
    bad = sum(
        status_of(check) not in (PASS, SKIPPED) and check.severity == "critical" for check in report.checks
    )
    word = "check" if total == 1 else "checks"
    return f"{total - bad} of {total}" if bad else f"{total} {word}"


def _details(outcome: Outcome, verbose: bool) -> Iterator[str]:
    shown = 0
    for report in outcome.reports:
        if report.fault:
            yield from _block(report.question, report.fault.what, report.fault.where, report.fault.hint)
        for check in report.checks:
            bad = status_of(check) not in (PASS, SKIPPED) and check.severity != "info"
            if not bad and not verbose and status_of(check) != SKIPPED:
                continue
            if shown == MOST and not verbose:
                yield "\nmore     --verbose shows all"
                return
            shown += bad
            yield from _check(check)
    for question in outcome.verdict.unanswered:
        yield from _block(
            question, "nobody answered this question, and the settings ask it", "", "see `plugins` and `ask`"
        )
    for row in outcome.verdict.broken:
        yield from _block(f"plugin {row.label}", row.error, "", row.hint)


def _check(check: Check) -> Iterator[str]:
    status = status_of(check)
    if status in (PASS, SKIPPED):
        yield f"  {status:<8} {clean(check.name)}{': ' + clean(check.message) if check.message else ''}"
        return
    word = (
        ""
        if check.severity == "critical" and status == FAIL
        else f" ({check.severity if status == FAIL else status})"
    )
    column = f"{check.column}: " if check.column and check.column not in check.name else ""
    yield from _block(column + check.name + word, found(check), check.where, check.hint)


def found(check: Check) -> str:
    parts = [check.message]
    if check.count is not None:
        parts.append(
            f"{check.count:,} of {check.rows:,} rows" if check.rows is not None else f"{check.count:,} rows"
        )
    if check.value is not None and str(check.value) not in check.message:
        parts.append(f"found {_value(check.value)}")
    if check.limit is not None and str(check.limit) not in check.message:
        parts.append(f"limit {_value(check.limit)}")
    return ", ".join(part for part in parts if part)


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _block(title: str, what: str, where: str, help_: str) -> Iterator[str]:
    yield ""
    yield clean(title)
    for word, text in (("found", what), ("where", where), ("help", help_)):
        if text:
            first, *rest = clean(text).splitlines() or [""]
            yield f"  {word:<7} {first}"
            yield from (f"          {line}" for line in rest)


def _last(outcome: Outcome) -> str:
    again = ", answered from a record" if outcome.replayed else ""
    seconds = f", {outcome.seconds:.1f} s" if outcome.seconds else ""
    return f"{outcome.stage} {SAYS[outcome.verdict.word]}: {clean(outcome.summary)}{again}{seconds}"


def _pointers(outcome: Outcome) -> Iterator[str]:
    for name, value in outcome.products:
        yield f"  {name:<10} {clean(value)}"
    if outcome.stored:
        yield f"  {'record':<10} {outcome.stored.digest[:12]}"
    if (outcome.next and outcome.verdict.passed) or (outcome.next and outcome.stage == "monitor"):
        yield f"  {'next':<10} {outcome.next}"
