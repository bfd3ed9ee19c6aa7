"""develop: run the pipeline as one tracked run, and compare it with the champion and the base branch."""

from __future__ import annotations

import itertools

from mlops_ext import git
from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.contract.pipeline import Run, Source, StepRun
from mlops_ext.contract.records import RecordStep
from mlops_ext.contract.refs import Metric, Ref, Setting
from mlops_ext.errors import MlopsExtError, UsageError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages.work import Outcome, Work, now

SHOWN = 3


def develop(session: Session, sets: tuple[str, ...] = ()) -> list[Outcome]:
    """One outcome per combination of parameters; without parameters, one."""
    return [_one(session, params) for params in combinations(sets)]


def combinations(sets: tuple[str, ...]) -> list[tuple[Setting, ...]]:
    """`a=1,2` and `b=3` make two: several values of a parameter are a sweep."""
    columns = []
    for text in sets:
        name, sign, values = text.partition("=")
        if not sign or not name or not values:
            raise UsageError(
                f"`--set {text}` is no parameter", hint="write --set train.depth=6, or =4,6,8 for a sweep"
            )
        columns.append([Setting(name=name, value=value) for value in values.split(",")])
    return list(itertools.product(*columns))


def run_pipeline(
    session: Session, source: Source, params: tuple[Setting, ...], causes: tuple[object, ...]
) -> Run:
    """The orchestrator's run; without an orchestrator there is nothing to run."""
    run: Run | None = session.dispatcher.ask_role(
        "mlops_run_pipeline", context=session.context, source=source, params=params, causes=causes
    )
    if run is None:
        raise session.registry.lacks("runs pipelines", "dvc")
    return run


def run_report(run: Run) -> Report:
    """What became of each step, as checks."""
    return Report(
        question="pipeline", plugin="mlops-ext", checks=tuple(_step_check(step, run) for step in run.steps)
    )


def record_steps(run: Run) -> list[RecordStep]:
    """The steps as a record keeps them."""
    return [
        RecordStep(
            name=step.name, how=step.how, seconds=step.seconds, run=step.run or step.made_by, outs=step.outs
        )
        for step in run.steps
    ]


def metric_line(metrics: tuple[Metric, ...]) -> str:
    """The first metrics in one line, as people read them; the record has all."""
    shown = ", ".join(f"{metric.name} {number(metric.value)}" for metric in metrics[:SHOWN])
    return f"{shown} and {len(metrics) - SHOWN} more" if len(metrics) > SHOWN else shown


def number(value: float | None) -> str:
    """A number with four digits, or `undefined`."""
    return "undefined" if value is None else f"{value:.4g}"


def _one(session: Session, params: tuple[Setting, ...]) -> Outcome:
    work = Work(session=session, stage="develop", model=session.options.model)
    root = session.context.root
    work.inputs.append(Ref(kind="git-commit", name="HEAD", digest=f"gitCommit:{git.commit(root)}"))
    work.settings += params
    if session.options.dry_run:
        work.add(session.dispatcher.reports("mlops_validate_pipeline", "pipeline", context=session.context))
        return work.close("nothing was run", save=False)
    source = Source(kind="workspace", path=str(root), id=f"develop-{now()}")
    run = run_pipeline(session, source, params, ())
    work.add([run_report(run)])
    work.steps += record_steps(run)
    _keep_pointers(work, run)
    work.notes += run.notes
    work.notes += _comparisons(session, run)
    work.key = make_key(
        "develop", session.context.project, inputs=tuple(work.inputs), settings=params, more=(run.id,)
    )
    made = sum(step.how == "ran" for step in run.steps)
    summary = (
        f"{made} of {len(run.steps)} steps ran, {run.status}: {metric_line(run.metrics) or 'no metrics'}"
    )
    products = (("run", run.uri or run.id), *(("model", m.path) for m in run.models))
    after = (
        "mlops-ext integrate"
        if not params
        else "write the parameters that you like into the params file, and commit"
    )
    return work.close(summary, products=products, next=after)


def _keep_pointers(work: Work, run: Run) -> None:
    produced = {out.name for step in run.steps for out in step.outs}
    deps = {dep.name: dep for step in run.steps for dep in step.deps if dep.name not in produced}
    work.inputs += deps.values()
    work.outputs.append(Ref(kind="run", name=run.name, uri=run.uri or run.id))
    work.outputs += [Ref(kind="model", name=model.name, digest=model.digest) for model in run.models]
    work.outputs += [out for step in run.steps for out in step.outs]


def _step_check(step: StepRun, run: Run) -> Check:
    name = f"step {step.name}"
    if step.how in ("ran", "unchanged", "run-cache"):
        return Check(name=name, status=PASS, message=f"{step.how}, {step.seconds:.1f} s")
    if step.how == "failed":
        message = f"ended with exit code {step.exit_code}"
        return Check(name=name, status=FAIL, message=message, where=run.log, hint="its output is in the log")
    return Check(name=name, status="skipped", message="not reached, since an earlier step failed")


def _comparisons(session: Session, run: Run) -> list[str]:
    notes = []
    if run.base_metrics:
        notes.append(
            f"against {git.base_branch(session.context.root, session.settings.base)}: "
            + difference(run.metrics, run.base_metrics)
        )
    for model in session.settings.models if session.registry.with_role("registry") else ():
        try:
            champion = session.context.find_model(f"{model}@champion")
        except MlopsExtError as error:
            notes.append(f"against the champion of {model}: could not tell, {error}")
            continue
        if champion:
            notes.append(f"against champion {champion.name}: " + difference(run.metrics, champion.metrics))
    return notes


def difference(here: tuple[Metric, ...], there: tuple[Metric, ...]) -> str:
    """The metrics that both have, with their difference."""
    known = {metric.name: metric.value for metric in there}
    parts = [
        f"{metric.name} {number(metric.value)} ({metric.value - other:+.4f})"
        for metric in here
        if metric.value is not None and (other := known.get(metric.name)) is not None
    ]
    return ", ".join(parts) or "no metric in common"
