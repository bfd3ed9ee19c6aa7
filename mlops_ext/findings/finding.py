"""A finding: a rule that was broken at a place, and how it becomes a check."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_ext.contract.checks import FAIL, Check
from mlops_ext.findings.rules import PAGE, RULES


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong in one line of one file, and the way out. Line 0 is no file of the repository.

    `severity` overrides that of the rule, where the place makes it worse or milder.
    """

    rule: str
    file: str
    line: int
    message: str
    hint: str
    severity: str = ""

    def check(self) -> Check:
        """The finding in the form that every output knows."""
        return Check(
            name=self.rule,
            status=FAIL,
            message=self.message,
            where=f"{self.file}:{self.line}" if self.line else self.file,
            hint=self.hint,
            severity=self.severity or RULES[self.rule].severity,
            page=f"{PAGE}#{self.rule}",
        )
