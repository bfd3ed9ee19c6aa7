"""develop: run the pipeline as one tracked run, and compare it with the champion and the base branch."""

from __future__ import annotations

from functools import partial

from mlops_ext import git
from mlops_ext.comparison.combinations import combinations
from mlops_ext.comparison.compare import compare as compare_sides
from mlops_ext.comparison.sides import WORKSPACE, described, side
from mlops_ext.comparison.sweep import Trial
from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.pipeline import Revision, Run, Source, StepRun
from mlops_ext.contract.records import RecordStep
from mlops_ext.contract.refs import Metric, Ref, Setting
from mlops_ext.errors import MlopsExtError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages.sweep import Ended, Params, sweep, written
from mlops_ext.stages.work import Outcome, Work, now
from mlops_ext.words import listed

SHOWN = 3


def develop(session: Session, sets: tuple[str, ...] = (), compare: str = "", sort: str = "") -> Outcome:
    """One run, or one for every combination of parameters; `compare` names whom to compare with."""
    tried = combinations(sets)
    # Whoever can't be found is said before hours of training, not after.
    before = side(session, compare) if compare else None
    if session.options.dry_run:
        return _dry(session, tried, before)
    if len(tried) == 1:
        return _one(session, tried[0], f"develop-{now()}", before).outcome
    return sweep(session, tried, partial(_one, session), sort, partial(_of_best, session, before))


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
    return listed([f"{metric.name} {number(metric.value)}" for metric in metrics], SHOWN)


def number(value: float | None) -> str:
    """A number with four digits, or `undefined`."""
    return "undefined" if value is None else f"{value:.4g}"


def _dry(session: Session, tried: list[Params], before: Revision | None) -> Outcome:
    work = Work(session=session, stage="develop", model=session.options.model)
    work.add(session.dispatcher.reports("mlops_validate_pipeline", "pipeline", context=session.context))
    if len(tried) > 1:
        work.notes.append(f"{len(tried)} combinations would be run: {written(tried[0])} is the first")
    work.comparison = compare_sides(session, before, side(session, WORKSPACE)) if before else None
    return work.close("nothing was run", save=False)


def _one(session: Session, params: Params, id_: str, before: Revision | None = None) -> Ended:
    work = Work(session=session, stage="develop", model=session.options.model)
    root = session.context.root
    work.inputs.append(Ref(kind="git-commit", name="HEAD", digest=f"gitCommit:{git.commit(root)}"))
    work.settings += params
    run = run_pipeline(session, Source(kind="workspace", path=str(root), id=id_), params, ())
    work.add([run_report(run)])
    work.steps += record_steps(run)
    _keep_pointers(work, run)
    work.notes += run.notes
    _compare(work, run, params, before)
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
    return Ended(work.close(summary, products=products, next=after), run)


def _compare(work: Work, run: Run, params: Params, before: Revision | None) -> None:
    """In full with whom was asked for, else in short with the base branch and the champion."""
    if before is None:
        work.notes += _comparisons(work.session, run)
    elif run.status != "finished":
        work.notes.append(f"not compared with {before.name}: the run did not finish")
    else:
        after = side(work.session, WORKSPACE) if not params else _experiment(work.session, run.revision)
        work.comparison = compare_sides(work.session, before, after)


def _of_best(session: Session, before: Revision | None, best: Trial) -> Comparison | None:
    return compare_sides(session, before, _experiment(session, best.revision)) if before else None


def _experiment(session: Session, commit: str) -> Revision:
    return described(session, commit, "experiment")


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
        message = step.why or f"ended with exit code {step.exit_code}"
        return Check(name=name, status=FAIL, message=message, where=run.log, hint="its output is in the log")
    return Check(name=name, status="skipped", message="not reached, since an earlier step failed")


def _comparisons(session: Session, run: Run) -> list[str]:
    notes = []
    if run.base_metrics:
        notes.append(
            f"against {git.find_base(session.context.root, session.settings.base)}: "
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
