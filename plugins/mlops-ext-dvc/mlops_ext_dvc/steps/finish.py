"""From the end of DVC to a run: steps, metrics, models and tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import process
from mlops_ext.contract.pipeline import Run
from mlops_ext.contract.refs import Metric
from mlops_ext.errors import DeadlineError, InterruptedByUser, MlopsExtError
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import faults
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.steps import collect, environment, ignore, metrics, models, reproduce
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
            job.tracker.finish(_so_far(job, status))
        except MlopsExtError as error:
            job.context.tell(f"the tracked run could not be closed: {error}")


def _so_far(job: Job, status: str) -> Run:
    try:
        return observed(job, status, Tracked(Files(job.root)), Outcome(1, ""))
    except MlopsExtError:
        return job.run(status)


def observed(job: Job, status: str, after: Tracked, outcome: Outcome) -> Run:
    """What became of each step, and in which environment."""
    known = environment.Environments()
    steps = collect.steps(job, after, outcome, known)
    seen = known.seen()
    return replace(
        job.run(status),
        steps=steps,
        environment=next((step.environment for step in steps if step.environment), ""),
        environments=seen,
        notes=environment.notes(environment.served(job.tracker, steps, seen)),
    )


def in_place(job: Job, outcome: Outcome, base: tuple[Metric, ...]) -> Run:
    """The run of a pipeline that ran in `job.root`."""
    after = Tracked(Files(job.root))
    run = observed(job, "finished" if outcome.code == 0 else "failed", after, outcome)
    if outcome.code != 0:
        if not any(step.how == collect.FAILED and step.started for step in run.steps):
            raise faults.of_run(outcome.code, outcome.output)
        protect(job)
        return run
    return replace(
        run,
        metrics=metrics.read(job.plan.metric_files, read_below(job.root)),
        base_metrics=base,
        models=models.made(job.context, job.root, job.project, after),
        data=tables.found(job.context, job.root, job.project, after),
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
