"""What integrate asks of a revision, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.dispatch import guard
from mlops_ext.errors import UsageError
from mlops_ext.session import Session
from mlops_ext.settings.loosened import GateChange
from mlops_ext.stages import sample_run, tables, team_tests
from mlops_ext.stages.training_tests import ask_training
from mlops_ext.words import nearest
from mlops_ext.zone import LOCAL


@dataclass(frozen=True)
class Question:
    """A word, a line of progress, and who answers; an error in it is an answer that could not be given."""

    word: str
    says: str
    ask: Callable[[Session], Iterable[Report]]

    def answers(self, session: Session) -> Iterable[Report]:
        """The reports, whatever happens."""
        if self.says:
            session.context.say(self.says)
        return guard(self.word, self.word, lambda: list(self.ask(session)))


def chosen(only: tuple[str, ...]) -> tuple[Question, ...]:
    """The questions with these words, or all."""
    words = [question.word for question in QUESTIONS]
    unknown = [word for word in only if word not in words]
    if unknown:
        hint = nearest(unknown[0], words) or f"there are {', '.join(words)}"
        raise UsageError(f"integrate has no question `{unknown[0]}`", hint=hint)
    return tuple(question for question in QUESTIONS if not only or question.word in only)


def _settings(session: Session) -> list[Report]:
    checks = [Check(name="settings are valid", status=PASS, message=session.file.path.name)]
    if session.zone != LOCAL:
        checks += [_changed(change) for change in session.gate_changes]
    return [Report(question="settings", plugin="mlops-ext", checks=tuple(checks))]


def _changed(change: GateChange) -> Check:
    name = "this change loosens a gate" if change.loosens else "this change touches a gate"
    hint = "the gate of the base is in force until this is merged"
    return Check(name=name, status=FAIL, severity="warning", message=change.said, hint=hint)


def _pipeline(session: Session) -> list[Report]:
    return session.dispatcher.reports("mlops_validate_pipeline", "pipeline", context=session.context)


def _data(session: Session) -> list[Report]:
    return tables.validate_all(session, session.settings.data)


QUESTIONS = (
    Question("settings", "", _settings),
    Question("pipeline", "checking the pipeline against the workspace", _pipeline),
    Question("data", "", _data),
    Question("tests", "running the team's tests", team_tests.run_tests),
    Question("training", "", ask_training),
    Question("sample", "", sample_run.run_sample),
)
