"""The questions as pytest items: one for each check, in the adapter's own file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mlops_ext.testing.training import answer as answers
from mlops_ext.testing.training.answer import Answer
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


class Nothing(pytest.File):
    """A file without tests."""

    def collect(self) -> Iterable[pytest.Item]:
        """None."""
        return ()


class TrainingItem(pytest.Item):
    """One question."""

    def __init__(self, *, bench: Bench, **more: Any) -> None:
        super().__init__(**more)
        self.bench = bench

    def runtest(self) -> None:
        """Ask it; what it was answered is shown where pytest shows what a test printed."""
        answer = self.bench.answer(self.name)
        self.add_report_section("call", "answer", answer.message)
        if answer.status == answers.SKIPPED:
            pytest.skip(answer.message)
        if answer.status != answers.PASS and answer.severity == "critical":
            raise NotPassed(answer)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A few lines instead of a traceback through our code."""
        if isinstance(excinfo.value, NotPassed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The adapter's file and the question's name."""
        return self.path, None, f"training: {self.name}"


class NotPassed(Exception):
    """A question whose answer is no, or could not be given."""

    def __init__(self, answer: Answer) -> None:
        word = "" if answer.status == answers.FAIL else "could not tell: "
        lines = (word + answer.message, answer.where, answer.hint)
        super().__init__("\n".join(line for line in lines if line))
