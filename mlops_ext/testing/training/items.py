"""The questions as pytest items: one for each check, in the adapter's own file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mlops_ext.testing.training import answer as answers
from mlops_ext.testing.training import refusal
from mlops_ext.testing.training.answer import Answer, Untestable
from mlops_ext.testing.training.bench import Bench
from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.questions import NAMES


class TrainingFile(pytest.File):
    """The adapter's file."""

    def __init__(self, *, asked: Plan, **more: Any) -> None:
        super().__init__(**more)
        self.asked = asked

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each question; they share what is expensive."""
        bench = Bench(self.path, self.asked)
        for name in NAMES:
            yield TrainingItem.from_parent(self, name=name, bench=bench)


class TrainingItem(pytest.Item):
    """One question."""

    def __init__(self, *, bench: Bench, **more: Any) -> None:
        super().__init__(**more)
        self.bench = bench

    def runtest(self) -> None:
        """Ask it; the answer goes to the host's file as well."""
        answer = self._ask()
        target = self.config.getoption("--training-answers")
        if target:
            with Path(target).open("a", encoding="utf-8") as file:
                file.write(answer.line(self.name))
        if answer.status == answers.SKIPPED:
            pytest.skip(answer.message)
        if answer.status != answers.PASS and answer.severity == "critical":
            raise NotPassed(answer)

    def _ask(self) -> Answer:
        reason = self.bench.plan.skip.get(self.name)
        if reason is not None:
            return Answer(answers.SKIPPED, reason)
        try:
            return self.bench.ask(self.name)
        except Untestable as error:
            return Answer(answers.ERROR, str(error), hint=error.hint)
        except Exception as error:  # noqa: BLE001 - whatever the team's code raises
            where = refusal.place(error, self.bench.plan.root)
            return Answer(answers.ERROR, refusal.said(error), where=where)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A few lines instead of a traceback through our code."""
        if isinstance(excinfo.value, NotPassed):
            answer = excinfo.value.answer
            return "\n".join(part for part in (answer.message, answer.where, answer.hint) if part)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The adapter's file and the question's name."""
        return self.path, None, f"training: {self.name}"


class NotPassed(Exception):
    """A question whose answer is no, or could not be given."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer
