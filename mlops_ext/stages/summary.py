"""What a stage that only asks says of its checks, in a few words."""

from __future__ import annotations

from mlops_ext.contract.checks import ERROR, FAIL, SKIPPED
from mlops_ext.errors import EXIT_COULD_NOT_TELL, EXIT_MISCONFIGURED
from mlops_ext.stages.work import Work
from mlops_ext.verdict import status_of
from mlops_ext.words import plural


def asked(work: Work) -> int:
    """How many checks have an answer."""
    return sum(status_of(check) != SKIPPED for report in work.reports for check in report.checks)


def summary(work: Work) -> str:
    """`53 checks`, `1 of 53 checks`, `1 question without an answer. The gate stays closed.`"""
    verdict = work.verdict()
    checks = [check for report in work.reports for check in report.checks]
    words = [status_of(check) for check in checks]
    failed = sum(word == FAIL and check.strict for word, check in zip(words, checks, strict=True))
    all_ = plural(asked(work), "check")
    no = f"{failed:,} of {all_}"
    if verdict.exit_code not in (EXIT_COULD_NOT_TELL, EXIT_MISCONFIGURED):
        return no if failed else all_
    faults = sum(report.fault is not None for report in work.reports) + len(verdict.faults)
    open_ = plural(faults + words.count(ERROR), "question") + " without an answer"
    return f"{open_}, {no} failed. The gate stays closed." if failed else f"{open_}. The gate stays closed."
