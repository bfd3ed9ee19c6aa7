"""What is shown of an outcome, made once: text, JSON, GitHub and the page only lay it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mlops_ext.comparison.sweep import Sweep
from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check, Fault, Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.output.handed_on import handed_on
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import code_of, status_of
from mlops_ext.words import lasted, number, plural

PASSED, FAILED, SETTINGS, ERROR, WARNING, SKIP = (
    "passed",
    "failed",
    "settings",
    "error",
    "warning",
    "skipped",
)
WORD = {0: PASSED, 1: FAILED, 2: SETTINGS, 3: ERROR}
SAYS = {"pass": "passed", "fail": "failed", "misconfigured": "is misconfigured", "error": "could not tell"}
_ORDER = (SETTINGS, ERROR, FAILED, WARNING, SKIP, "info", PASSED)


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One thing to know, with what was found, where, and what would help."""

    word: str
    title: str
    question: str
    plugin: str = ""
    found: str = ""
    where: str = ""
    help: str = ""
    share: float = 1.0
    check: Check | None = None

    @property
    def bad(self) -> bool:
        """Whether somebody should act on it."""
        return self.word in (SETTINGS, ERROR, FAILED, WARNING)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One report: a word, who answered, how many checks, what was looked at."""

    word: str
    question: str
    plugin: str
    counts: str
    looked_at: str
    seconds: float
    details: tuple[Detail, ...]
    report: Report


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many checks there were, by their answer. `warnings` failed without closing a gate."""

    asked: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    warnings: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that is shown of one outcome. `details` are worst first."""

    stage: str
    verdict: str
    exit_code: int
    sentence: str
    summary: str
    counts: Counts
    rows: tuple[Row, ...]
    details: tuple[Detail, ...]
    notes: tuple[str, ...]
    products: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    record: str
    again: str
    next: str
    seconds: float
    replayed: bool
    comparison: Comparison | None
    sweep: Sweep | None = None

    @property
    def bad(self) -> tuple[Detail, ...]:
        """The details on which somebody should act, worst first."""
        return tuple(detail for detail in self.details if detail.bad)

    @property
    def skipped(self) -> tuple[Detail, ...]:
        """The questions that could not be asked, or that nobody put."""
        return tuple(detail for detail in self.details if detail.word == SKIP)


def view_of(outcome: Outcome) -> View:
    """The outcome as it is shown everywhere."""
    rows = tuple(_row(report) for report in outcome.reports)
    faults = tuple(_of_all(fault) for fault in outcome.verdict.faults)
    details = (*faults, *(detail for row in rows for detail in row.details))
    counts = _counts(details)
    seconds = _seconds(outcome)
    return View(
        stage=outcome.stage,
        verdict=outcome.verdict.word,
        exit_code=outcome.verdict.exit_code,
        sentence=_sentence(outcome, counts, seconds),
        summary=outcome.summary,
        counts=counts,
        rows=rows,
        details=tuple(sorted(details, key=_rank)),
        notes=outcome.notes,
        products=outcome.products,
        outputs=tuple(handed_on(outcome)),
        record=outcome.stored.digest if outcome.stored else "",
        again=_again(outcome, details),
        next=outcome.next if outcome.verdict.passed or outcome.stage == "monitor" else "",
        seconds=seconds,
        replayed=outcome.replayed,
        comparison=outcome.comparison,
        sweep=outcome.sweep,
    )


def _row(report: Report) -> Row:
    details = tuple(_details(report))
    return Row(
        word=_word(report, details),
        question=report.question,
        plugin=report.plugin,
        counts=_said(report, details),
        looked_at=report.looked_at or _only(details) or report.question,
        seconds=report.seconds,
        details=details,
        report=report,
    )


def _details(report: Report) -> Iterator[Detail]:
    if report.fault:
        yield _fault(report.question, report.plugin, report.fault)
    for check in report.checks:
        yield Detail(
            word=_word_of(check),
            title=_title(check),
            question=report.question,
            plugin=report.plugin,
            found=found(check),
            where=check.where,
            help=check.hint,
            share=check.count / check.rows if check.count is not None and check.rows else 1.0,
            check=check,
        )


def _fault(question: str, plugin: str, fault: Fault) -> Detail:
    word = WORD.get(fault.exit_code, ERROR)
    return Detail(
        word=ERROR if word == PASSED else word,
        title=question,
        question=question,
        plugin=plugin,
        found=fault.what,
        where=fault.where,
        help=fault.hint,
    )


def _of_all(fault: Fault) -> Detail:
    return Detail(word=ERROR, title=fault.what, question="", where=fault.where, help=fault.hint)


def _word_of(check: Check) -> str:
    status = status_of(check)
    if status == FAIL and not check.strict:
        return check.severity
    return {PASS: PASSED, FAIL: FAILED, SKIPPED: SKIP}.get(status, ERROR)


def _title(check: Check) -> str:
    return f"{check.column}: {check.name}" if check.column and check.column not in check.name else check.name


def _word(report: Report, details: tuple[Detail, ...]) -> str:
    code = code_of(report)
    if code or not details:
        return WORD[code]
    words = {detail.word for detail in details}
    return WARNING if WARNING in words else SKIP if words == {SKIP} else PASSED


def _said(report: Report, details: tuple[Detail, ...]) -> str:
    if report.fault and not report.checks:
        return "not answered"
    counts = _counts(details)
    if not counts.asked:
        return "not asked"
    bad = counts.failed + counts.errors
    return f"{counts.asked - bad:,} of {counts.asked:,}" if bad else plural(counts.asked, "check")


def _only(details: tuple[Detail, ...]) -> str:
    """What the one check of a report says, where the report itself says nothing."""
    return details[0].found if len(details) == 1 and details[0].word in (PASSED, SKIP) else ""


def _counts(details: tuple[Detail, ...]) -> Counts:
    words = [detail.word for detail in details if detail.check]
    skipped = words.count(SKIP)
    return Counts(
        asked=len(words) - skipped,
        passed=words.count(PASSED),
        failed=words.count(FAILED),
        errors=words.count(ERROR),
        warnings=words.count(WARNING) + words.count("info"),
        skipped=skipped,
    )


def _rank(detail: Detail) -> tuple[int, float]:
    return _ORDER.index(detail.word), -detail.share


def found(check: Check) -> str:
    """What was found, with the numbers that the message does not say."""
    parts = [check.message]
    if check.count is not None and f"{check.count}" not in check.message.replace(",", ""):
        of = f" of {check.rows:,}" if check.rows is not None else ""
        parts.append(f"{check.count:,}{of} rows")
    for word, value in (("found", check.value), ("limit", check.limit)):
        if value is not None and str(value) not in check.message and number(value) not in check.message:
            parts.append(f"{word} {number(value)}")
    return ", ".join(part for part in parts if part)


def _seconds(outcome: Outcome) -> float:
    """How long the stage took by its record, so that all who show it say the same."""
    if outcome.stored is None or outcome.replayed:
        return outcome.seconds
    record = outcome.stored.record
    try:
        span = datetime.fromisoformat(record.ended) - datetime.fromisoformat(record.started)
    except ValueError:
        return outcome.seconds
    return span.total_seconds()


def _sentence(outcome: Outcome, counts: Counts, seconds: float) -> str:
    says = f"{outcome.stage} {SAYS[outcome.verdict.word]}: {outcome.summary}"
    if outcome.replayed:
        ended = outcome.stored.record.ended[:16].replace("T", " ") if outcome.stored else ""
        return f"{says}, answered from a record of {ended} UTC"
    if outcome.verdict.word in ("misconfigured", "error"):
        return says
    more = f", {counts.skipped:,} skipped" if counts.skipped else ""
    return f"{says} in {lasted(seconds)}{more}" if seconds else f"{says}{more}"


def _again(outcome: Outcome, details: tuple[Detail, ...]) -> str:
    """The command that asks the same questions here; what passed needs none."""
    bad = [detail for detail in details if detail.word in (SETTINGS, ERROR, FAILED)]
    if outcome.verdict.passed or outcome.stage != "integrate":
        return ""
    from mlops_ext.stages.questions import QUESTIONS

    call = "mlops-ext integrate --staged" if outcome.staged else "mlops-ext integrate"
    known = [question.word for question in QUESTIONS]
    words = list(dict.fromkeys(detail.question.partition(":")[0] for detail in bad))
    if any(word not in known for word in words):
        return call
    return " ".join([call, *(f"--only {word}" for word in words)])
