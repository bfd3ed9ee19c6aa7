"""The training tests: asked of each model's adapter, in the team's environment; no pytest is needed there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mlops_ext.contract.checks import SKIPPED, Check, Report
from mlops_ext.contract.settings import ModelSettings
from mlops_ext.dispatch import guard
from mlops_ext.errors import DeadlineError, SettingsError
from mlops_ext.process import project_environment, supervise, sweep_orphans
from mlops_ext.session import Session
from mlops_ext.stages.training_answers import Answers, read_answers
from mlops_ext.stages.training_plan import USUAL, adapter_of, is_asked, plan_of
from mlops_ext.words import listed, nearest

QUESTION = "training"
# What the plugin looks for: then errors are named by their type alone, for their words may be values.
HIDDEN = "MLOPS_EXT_HIDE_VALUES"
MODULE = "mlops_ext.testing.training"
# What else the team's environment has under our name stays where it is.
BESIDE = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
LOADER = Path(__file__).parents[1] / "adapter.py"
PACKAGE = Path(__file__).parents[1] / "testing" / "training"


def ask_training(session: Session) -> Iterable[Report]:
    """A report for each model whose training can be got at; where none can, one that says so."""
    names = [name for name, model in session.settings.models.items() if is_asked(session, model)]
    if not names:
        message = f"nothing to check: there is no {USUAL}, and the settings name no adapter"
        check = Check(name="training tests", status=SKIPPED, message=message)
        return [Report(question=QUESTION, plugin=QUESTION, checks=(check,))]
    sweep_orphans(session.context.root)
    return [report for name in names for report in _guarded(session, name)]


def _guarded(session: Session, name: str) -> list[Report]:
    return guard(QUESTION, f"{QUESTION}:{name}", lambda: [_report(session, name)])


def _report(session: Session, name: str) -> Report:
    session.context.say(f"testing the training of {name}")
    model = session.settings.models[name]
    with tempfile.TemporaryDirectory(prefix="mlops-ext-training-") as folder:
        scratch = Path(folder)
        (scratch / "plan.json").write_text(plan_of(session, name, scratch), encoding="utf-8")
        cut_off = _run(session, scratch)
        answers = read_answers(scratch / "answers.jsonl")
    _known(name, model, answers)
    return Report(
        question=f"{QUESTION}:{name}",
        plugin=QUESTION,
        checks=(*answers.checks, *([answers.cut_off(cut_off)] if cut_off else ())),
        looked_at=_looked_at(session, model, answers),
        curves=answers.curves,
    )


def _looked_at(session: Session, model: ModelSettings, answers: Answers) -> str:
    if [check.status for check in answers.checks] == [SKIPPED]:
        return ""  # then the reason is what is shown
    adapter = adapter_of(session, model)
    return session.context.relative(adapter) if adapter else "the pipeline's own stage"


def _run(session: Session, scratch: Path) -> str:
    """Ask all questions in a process of the team's environment; what ended it too early, in words."""
    python = Path(session.context.python)
    shown = all(table.show_values for table in session.settings.data.values())
    env = _environment(python, scratch) | ({} if shown else {HIDDEN: "1"})
    lines: list[str] = []
    left = session.context.left()
    argv: list[str | Path] = [python, "-m", MODULE, scratch / "plan.json", scratch / "answers.jsonl"]
    try:
        code = supervise(argv, cwd=session.context.root, env=env, log=lines.append, deadline=left)
    except DeadlineError:
        return f"the tests did not end within {left:.0f} s; their processes are gone"
    if code == 0:
        return ""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "") if shown else ""
    return f"the process ended with exit code {code}" + (f": {last}" if last else "")


def _environment(python: Path, scratch: Path) -> dict[str, str]:
    """The team's, with our package where Python finds it, and a store for what the training logs."""
    home = scratch / "lib" / "mlops_ext" / "testing"
    home.mkdir(parents=True)
    for package in (home.parent, home):
        (package / "__init__.py").write_text(BESIDE, encoding="utf-8")
    (home / PACKAGE.name).symlink_to(PACKAGE, target_is_directory=True)
    # Reads the model's file that a stage leaves; it is as free of us as the package.
    (home.parent / LOADER.name).symlink_to(LOADER)
    env = project_environment(python)
    path = [str(scratch / "lib"), *filter(None, [env.get("PYTHONPATH", "")])]
    return {
        "OMP_NUM_THREADS": "1",
        **env,
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "MLFLOW_TRACKING_URI": f"sqlite:///{scratch / 'mlflow.db'}",
    }


def _known(name: str, model: ModelSettings, answers: Answers) -> None:
    skipped = model.training.skip if model.training else {}
    unknown = [check for check in skipped if answers.asked and check not in answers.asked]
    if unknown:
        raise SettingsError(
            f"there is no training test `{unknown[0]}`",
            key=f"models.{name}.training.skip",
            hint=nearest(unknown[0], answers.asked) or f"there are {listed(answers.asked, 10)}",
        )
