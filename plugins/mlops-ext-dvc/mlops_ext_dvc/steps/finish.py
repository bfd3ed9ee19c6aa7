"""From the end of DVC to a run: steps, metrics, models and tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import process
from mlops_ext.contract.pipeline import Run, StepRun
from mlops_ext.contract.refs import Metric
from mlops_ext.errors import DeadlineError, InterruptedByUser, MlopsExtError
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import faults
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.steps import collect, ignore, metrics, models, reproduce
from mlops_ext_dvc.steps.job import Job
from mlops_ext_dvc.steps.reproduce import Outcome


def execute(
    job: Job,
    words: tuple[str, ...],
    base: tuple[Metric, ...] = (),
    ready: reproduce.Ready | None = None,
) -> Run:
    """Run DVC once in `job.root`."""
    return closing(job, lambda: in_place(job, reproduce.reproduce(job, words, ready), base))


def closing(job: Job, act: Callable[[], Run]) -> Run:
    """Finish the run in the tracker, whatever happens."""
    try:
        run = act()
    except (InterruptedByUser, DeadlineError, KeyboardInterrupt):
        _close(job, "killed")
        raise
    except Exception:
        _close(job, "failed")
        raise
    try:
        return job.tracker.finish(run)
    except (InterruptedByUser, KeyboardInterrupt):
        _close(job, "killed")
        raise


def _close(job: Job, status: str) -> None:
    # What went wrong first is what people must read, not that the store could not be told.
    with process.shielded():
        protect(job)
        try:
            job.tracker.finish(replace(job.run(status), steps=_so_far(job)))
        except MlopsExtError as error:
            job.context.tell(f"the tracked run could not be closed: {error}")


def _so_far(job: Job) -> tuple[StepRun, ...]:
    try:
        return collect.steps(job, Tracked(Files(job.root)), Outcome(1, ""))
    except MlopsExtError:
        return ()


def in_place(job: Job, outcome: Outcome, base: tuple[Metric, ...]) -> Run:
    """The run of a pipeline that ran in `job.root`."""
    after = Tracked(Files(job.root))
    steps = collect.steps(job, after, outcome)
    if outcome.code != 0:
        if not any(step.how == collect.FAILED for step in steps):
            raise faults.of_run(outcome.code, outcome.output)
        protect(job)
        return replace(job.run("failed"), steps=steps)
    return replace(
        job.run("finished"),
        steps=steps,
        metrics=metrics.read(job.plan.metric_files, read_below(job.root)),
        base_metrics=base,
        models=models.made(job.context, job.root, job.project, after),
        data=tables.found(job.context, job.root, job.project, after),
        environment=next((step.environment for step in steps if step.environment), ""),
    )


def protect(job: Job) -> None:
    """No output of DVC is left for the next `git add`."""
    left = ignore.ignore_outputs(job.root, job.plan.cached)
    if left:
        job.context.tell(
            f"the run did not end well; outputs that Git would have taken are ignored now: {', '.join(left)}"
        )


def read_below(root: Path) -> metrics.Reader:
    """A reader of files below a folder."""

    def read(path: str) -> bytes | None:
        file = root / path
        return file.read_bytes() if file.is_file() else None

    return read
