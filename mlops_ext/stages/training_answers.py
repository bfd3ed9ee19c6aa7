"""What the training tests answered: lines of JSON that a process of the team's environment left."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.contract.checks import ERROR, Check
from mlops_ext.contract.comparison import Curve, Series


@dataclass(frozen=True)
class Answers:
    """`asked` are the names of all checks; `checks` those that were answered before the process ended."""

    asked: tuple[str, ...]
    checks: tuple[Check, ...]
    curves: tuple[Curve, ...]

    def cut_off(self, why: str) -> Check:
        """The answer to the first question that the process did not live to answer."""
        answered = {check.name for check in self.checks}
        name = next((name for name in self.asked if name not in answered), "training tests")
        return Check(name=name, status=ERROR, message=why)


def read_answers(path: Path) -> Answers:
    """The answers in a file; one that was cut off is not there."""
    said: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            said.append(json.loads(line))
        except ValueError:
            break
    answers = [one for one in said if "name" in one]
    return Answers(
        asked=tuple(name for one in said for name in one.get("asks", ())),
        checks=tuple(_check(one) for one in answers),
        curves=tuple(curve for one in answers if (curve := _curve(one))),
    )


def _check(said: dict[str, Any]) -> Check:
    known = {name: value for name, value in said.items() if name != "curve" and _strict(value)}
    return msgspec.convert(known, Check)


def _strict(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _curve(said: dict[str, Any]) -> Curve | None:
    iterations, losses = said.get("curve") or ((), ())
    if len(losses) < 2:
        return None
    series = Series(name="workspace", x=tuple(iterations), y=tuple(losses))
    return Curve(name="loss of the training test", x="iteration", y="loss", series=(series,))
