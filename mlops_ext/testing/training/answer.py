"""The answer to one question, with its evidence; in the words of a check of the record."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

PASS = "pass"  # noqa: S105
FAIL = "fail"
ERROR = "error"
SKIPPED = "skipped"


@dataclass(frozen=True)
class Answer:
    """`status` is pass, fail, error (could not tell) or skipped; `value` was found where `limit` was asked.

    `count` of `rows` rows broke the rule; `curve` is two lists as long as each other: iterations and losses.
    """

    status: str
    message: str = ""
    value: float | None = None
    limit: float | None = None
    count: int | None = None
    rows: int | None = None
    hint: str = ""
    where: str = ""
    severity: str = "critical"
    curve: list[list[float]] | None = None

    def line(self, name: str) -> str:
        """One line of JSON, as the host reads it."""
        said: dict[str, Any] = {key: value for key, value in self.__dict__.items() if value not in (None, "")}
        return json.dumps({"name": name, **said}) + "\n"


class Untestable(Exception):
    """The tests can't be asked at all: the adapter, the table or plain training does not work."""

    def __init__(self, what: str, hint: str = "", status: str = ERROR) -> None:
        super().__init__(what)
        self.hint = hint
        self.status = status


def finite(value: float) -> float | None:
    """The number, or None where it is NaN or infinite: JSON has neither."""
    return value if math.isfinite(value) else None
