"""The fold of all reports into one verdict. A gate that is not a yes is closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, STATUSES, Check, Fault, Report
from mlops_ext.errors import EXIT_COULD_NOT_TELL, EXIT_MISCONFIGURED, EXIT_NO, EXIT_YES

if TYPE_CHECKING:
    from mlops_ext.registry import Row

WORDS = {EXIT_YES: "pass", EXIT_NO: "fail", EXIT_MISCONFIGURED: "misconfigured", EXIT_COULD_NOT_TELL: "error"}
_RANK = {EXIT_YES: 0, EXIT_NO: 1, EXIT_COULD_NOT_TELL: 2, EXIT_MISCONFIGURED: 3}


@dataclass(frozen=True)
class Verdict:
    """One word for a stage, its exit code, and the questions that nobody answered.

    `recorded` are the faults of a verdict that is read from a record.
    """

    exit_code: int
    unanswered: tuple[str, ...] = ()
    broken: tuple[Row, ...] = ()
    recorded: tuple[Fault, ...] = ()

    @property
    def word(self) -> str:
        """misconfigured, error, fail or pass."""
        return WORDS[self.exit_code]

    @property
    def passed(self) -> bool:
        """Whether a gate may open."""
        return self.exit_code == EXIT_YES

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What no report tells: plugins that can't be asked, and required questions without an answer."""
        return (
            *self.recorded,
            *(_not_asked(f"plugin {row.label}: {row.error}", row.hint) for row in self.broken),
            *(
                _not_asked(
                    f"nobody answered `{question}`, and the settings ask it", "see `plugins` and `ask`"
                )
                for question in self.unanswered
            ),
        )


def verdict_of(word: str, faults: tuple[Fault, ...]) -> Verdict:
    """The verdict that a record has; a word that this version doesn't know is an error."""
    codes = {known: code for code, known in WORDS.items()}
    return Verdict(codes.get(word, EXIT_COULD_NOT_TELL), recorded=faults)


def fold(
    reports: tuple[Report, ...] | list[Report], required: tuple[str, ...] = (), broken: tuple[Row, ...] = ()
) -> Verdict:
    """Misconfigured over could not tell over no over yes; a required question must have an answer."""
    codes = [EXIT_YES, *(code_of(report) for report in reports)]
    unanswered = tuple(question for question in required if not _answered(question, reports))
    if unanswered or broken:
        codes.append(EXIT_COULD_NOT_TELL)
    return Verdict(worst(codes), unanswered, broken)


def code_of(report: Report) -> int:
    """The exit code of one report alone; the severity of a failed check may keep the gate open."""
    codes = [EXIT_YES, *(_code(check) for check in report.checks)]
    if report.fault:
        codes.append(report.fault.exit_code if report.fault.exit_code in _RANK else EXIT_COULD_NOT_TELL)
    return worst(codes)


def worst(codes: Iterable[int]) -> int:
    """The exit code that wins: 2 over 3 over 1 over 0."""
    return max(codes, key=lambda code: _RANK[code], default=EXIT_YES)


def status_of(check: Check) -> str:
    """The check's status; a word that this version doesn't know is an error."""
    return check.status if check.status in STATUSES else "error"


def _not_asked(what: str, hint: str) -> Fault:
    return Fault(exit_code=EXIT_COULD_NOT_TELL, what=what, hint=hint)


def _code(check: Check) -> int:
    status = status_of(check)
    if status in (PASS, SKIPPED) or (status == FAIL and not check.strict):
        return EXIT_YES
    return EXIT_NO if status == FAIL else EXIT_COULD_NOT_TELL


def _answered(question: str, reports: tuple[Report, ...] | list[Report]) -> bool:
    mine = [report for report in reports if report.question == question]
    return any(status_of(check) != SKIPPED for report in mine for check in report.checks) or any(
        report.fault for report in mine
    )
