"""The whole pipeline on a few rows: asked where a table has a `sample`, or `integrate.sample` says so."""

from __future__ import annotations

from mlops_ext.contract.checks import ERROR, SKIPPED, Check, Report
from mlops_ext.contract.evidence import Step
from mlops_ext.contract.pipeline import Run, Source, StepRun
from mlops_ext.contract.settings import SampleSettings, Settings
from mlops_ext.session import Session

QUESTION = "sample"


def run_sample(session: Session) -> list[Report]:
    """One report of the orchestrator's run: its steps, and what they owe each other."""
    if not is_asked(session.settings):
        return []
    session.context.say("running the pipeline on a sample")
    source = Source(kind="workspace", path=str(session.context.root), sample_rows=_rows(session.settings))
    ran: Run | None = session.dispatcher.ask_role(
        "mlops_run_pipeline", context=session.context, source=source, params=(), causes=()
    )
    if ran is None:
        raise session.registry.lacks("runs a pipeline", "dvc")
    return [report_of(ran)]


def is_asked(settings: Settings) -> bool:
    """Whether anybody wants it: it runs the team's training, so it is not done unasked."""
    wanted, required = settings.integrate.sample, settings.integrate.ask or ()
    if wanted is not None:
        return wanted
    return QUESTION in required or any(table.sample for table in settings.data.values())


def report_of(run: Run) -> Report:
    """The run as an answer; an orchestrator that says nothing of its steps is judged by the run's status."""
    checks = run.checks or (_status(run),)
    done = sum(step.how == "ran" for step in run.steps)
    return Report(
        question=QUESTION,
        plugin=QUESTION,
        checks=checks,
        looked_at=f"{done} of {len(run.steps)} steps on a sample",
        steps=tuple(_step(step) for step in run.steps),
    )


def _rows(settings: Settings) -> int:
    given = [table.sample.rows for table in settings.data.values() if table.sample]
    return max(given, default=SampleSettings().rows)


def _status(run: Run) -> Check:
    if run.status != "finished":
        return Check(name="the steps run", status=ERROR, message=f"the run ended {run.status}", where=run.log)
    return Check(name="the steps run", status=SKIPPED if not run.steps else "pass", message=run.name)


def _step(step: StepRun) -> Step:
    return Step(name=step.name, how=step.how, seconds=step.seconds, after=step.after)
