"""A check is one question with one answer; a report is what one plugin answers to one hook."""

from __future__ import annotations

import math

import msgspec

from mlops_ext.contract.comparison import Curve
from mlops_ext.contract.evidence import Step, TableSeen
from mlops_ext.contract.refs import Ref

PASS = "pass"
FAIL = "fail"
ERROR = "error"
SKIPPED = "skipped"
STATUSES = (PASS, FAIL, ERROR, SKIPPED)
LENIENT = ("warning", "info")

SCHEMA = "schema"
UNEXPECTED = "unexpected"
VALUES = "values"

Value = float | int | str | bool | None


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question, its answer, and the evidence.

    `status` is pass, fail, error (could not tell) or skipped; readers take any other word for error.
    `count` is how many of `rows` rows broke the rule; `value` was found where `limit` was asked.
    `where` is file, line, column or stage; `hint` is what to do next.
    `severity` is critical, warning or info: any word but the last two closes a gate. Of a table, `about`
    says what kind of trouble it would be: schema (a column is missing, new, of another type), unexpected
    (values that no one declared) or values (range, nulls, shares, repeats). `examples` are the first few
    values that broke the rule, each with its row where the reader knows it. `page` is where the
    documentation explains the question.
    """

    name: str
    status: str
    message: str = ""
    column: str = ""
    count: int | None = None
    rows: int | None = None
    value: Value = None
    limit: Value = None
    where: str = ""
    hint: str = ""
    severity: str = "critical"
    about: str = ""
    examples: tuple[str, ...] = ()
    page: str = ""

    @property
    def strict(self) -> bool:
        """Whether a no closes a gate; a severity that nobody knows does."""
        return self.severity not in LENIENT


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a plugin gave no answer: exit code 2 (settings) or 3 (could not tell)."""

    exit_code: int
    what: str
    where: str = ""
    hint: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The checks that answer one question.

    `question` is the word that settings ask for: `data:<name>`, `pipeline`, `tests`, `quality`,
    `loads`, `golden`, `schema`, `drift` and so on. The host fills in `plugin` and `seconds`.
    `table`, `steps` and `curves` are for people: pictures beside the checks, which judge nothing.
    """

    question: str
    checks: tuple[Check, ...] = ()
    plugin: str = ""
    looked_at: str = ""
    seconds: float = 0.0
    fault: Fault | None = None
    artifacts: tuple[Ref, ...] = ()
    table: TableSeen | None = None
    steps: tuple[Step, ...] = ()
    curves: tuple[Curve, ...] = ()


def finite(value: float | None) -> float | None:
    """The number, or None where it is NaN or infinite: JSON here is strict."""
    return value if value is not None and math.isfinite(value) else None
