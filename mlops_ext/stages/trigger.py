"""trigger: from a cause to a run of the deployed pipeline and a trained model in the registry. Acts.

Data is validated first: a schema change stops, data drift is a reason to go on.
"""

from __future__ import annotations

import hashlib

import msgspec

from mlops_ext.contract.checks import FAIL, Check, Report
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import Run, Source
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext.contract.triggers import Trigger
from mlops_ext.dispatch import guard
from mlops_ext.errors import CouldNotTellError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages import causes as why_run
from mlops_ext.stages import gates, newest
from mlops_ext.stages.brought_back import pipeline_on
from mlops_ext.stages.develop import metric_line, record_steps, run_pipeline, run_report
from mlops_ext.stages.profiles import build_profile_of
from mlops_ext.stages.work import Outcome, Work

STAGE = "trigger"


def trigger(session: Session, *, target_name: str = "", demand: str = "") -> Outcome:
    """Run for a demand, or for every cause that is found and was not run for yet."""
    gates.require_lasting_store(session, STAGE)
    model = session.model()
    target = session.target(target_name or session.settings.models[model].trigger.target)
    work = Work(session=session, stage=STAGE, model=model, target=target.name)
    there = pipeline_on(work, target)
    left = session.book.open_intents(STAGE, model=model, target=target.name)
    if left:
        return _finish(work, there, left)
    causes = [why_run.demand(model, demand)] if demand else why_run.find(work)
    held = _held_back(work, causes)
    if held:
        return held
    work.cause = [cause.ref() for cause in causes]
    tables = newest.find(session, model)
    _take_in(work, there, tables)
    work.add(newest.validate(session, model, tables))
    verdict = work.verdict()
    if not verdict.passed:
        return work.close(_stopped(work), verdict=verdict)
    if session.options.dry_run:
        return work.close(f"would run for {_words(causes)}", save=False)
    work.intend(f"run for {_words(causes)}")
    return _run(work, there, tuple(causes), tables)


def _stopped(work: Work) -> str:
    if any(report.fault for report in work.reports if report.question == why_run.QUESTION):
        return "nothing was run, since not everybody could say whether there is a cause"
    return "the data stopped the pipeline before training"


def _finish(work: Work, there: Deployment, left: list[StoredRecord]) -> Outcome:
    """Go on with what a killed call began, and do nothing else."""
    intent = left[-1].record
    work.notes.append(f"finishing what was begun at {intent.started}: {intent.summary}")
    work.parents += [stored.digest for stored in left]
    work.cause = list(intent.cause)
    work.key = intent.key
    causes = tuple(why_run.as_trigger(ref, work.model, left[-1]) for ref in intent.cause)
    package = next(ref for ref in intent.inputs if ref.kind == "package")
    if package.digest != there.subject.digest:
        return work.close(f"{work.target} has another package now; what was begun is given up", save=True)
    tables = newest.known(work.session, intent.inputs)
    work.inputs = list(intent.inputs)
    _lead_back(work, there)
    return _run(work, there, causes, tables)


def _held_back(work: Work, causes: list[Trigger]) -> Outcome | None:
    if not causes:
        faults = work.verdict()
        summary = "nothing to do" if faults.passed else "could not tell whether there is something to do"
        return work.close(summary, verdict=faults, save=False)
    session = work.session
    held = why_run.held_back(session, work.model, work.target, causes)
    if held:
        return work.close(f"not now: {held}", save=False)
    limit = session.settings.models[work.model].trigger.give_up_after
    tried = why_run.without_effect(session, work.model, work.target)
    if tried >= limit and all(cause.kind in why_run.FROM_MONITOR for cause in causes):
        return _give_up(work, causes, tried)
    return None


def _give_up(work: Work, causes: list[Trigger], tried: int) -> Outcome:
    why = f"{tried} retrainings did not bring the measure back: a person has to look"
    check = Check(
        name="retraining helps",
        status=FAIL,
        value=tried,
        message=why,
        hint="mlops-ext report, then a new experiment",
    )
    work.add([Report(question="effect", plugin="mlops-ext", checks=(check,))])
    work.cause = [cause.ref() for cause in causes]
    work.outputs.append(why_run.new_experiment(work.model, why, *(cause.id for cause in causes)).ref())
    return work.close(why)


def _take_in(work: Work, there: Deployment, tables: tuple[DataRef, ...]) -> None:
    work.inputs = [
        Ref(kind="package", name=there.subject.name, digest=there.subject.digest),
        *(t.ref() for t in tables),
    ]
    work.key = make_key(
        STAGE, work.session.context.project, model=work.model, target=work.target,
        inputs=tuple(work.inputs), more=tuple(ref.name for ref in work.cause),
    )  # fmt: skip
    _lead_back(work, there)


def _lead_back(work: Work, there: Deployment) -> None:
    """Records that this run stands on: the delivery, and whoever found the cause."""
    delivered = gates.delivery_of(work.session, there)
    if delivered:
        work.parents.append(delivered.digest)


def _run(work: Work, there: Deployment, causes: tuple[Trigger, ...], tables: tuple[DataRef, ...]) -> Outcome:
    session = work.session
    source = Source(
        kind="deployment",
        path=there.path,
        id=hashlib.sha256(work.key.encode()).hexdigest()[:16],
        target=there.target,
        package=there.subject.digest,
        python=there.python,
        newest=tables,
    )
    session.context.say(f"running the pipeline on {there.target} for {_words(causes)}")
    run = run_pipeline(session, source, (), causes)
    work.add([run_report(run)])
    work.steps += record_steps(run)
    work.notes += run.notes
    work.outputs += [
        Ref(kind="run", name=run.name, uri=run.uri or run.id),
        *(data.ref() for data in run.data),
    ]
    if run.status != "finished" or not work.verdict().passed:
        return work.close(f"the run {run.status}", products=(("run", run.uri or run.id),))
    if not _registers(session, work.target):
        summary = f"the pipeline ran on {work.target}: {metric_line(run.metrics)}"
        return work.close(summary, products=(("run", run.uri or run.id),), next="mlops-ext status")
    return _register(work, run)


def _register(work: Work, run: Run) -> Outcome:
    session = work.session
    kept: list[ModelVersion] = []
    work.add(guard("mlops-ext", "registration", lambda: _registered(session, work.model, run, kept)))
    if not kept:
        return work.close("the run left no registered model", products=(("run", run.uri or run.id),))
    version = kept[0]
    work.outputs.append(version.ref())
    kinds = ", ".join(ref.name.partition(":")[0] for ref in work.cause)
    summary = f"{version.name} was trained for {kinds}: {metric_line(run.metrics)}"
    return work.close(
        summary,
        products=(("model-version", version.name), ("run", run.uri or run.id)),
        next=f"mlops-ext release --model {work.model}",
    )


def _registered(session: Session, model: str, run: Run, kept: list[ModelVersion]) -> list[Report]:
    profile = build_profile_of(session, model, run)
    mine = msgspec.structs.replace(run, models=tuple(file for file in run.models if file.name == model))
    version = session.dispatcher.ask_role(
        "mlops_register_model", context=session.context, run=mine, profile=profile
    )
    if version is None:
        raise CouldNotTellError(
            "the registry did not register the model", hint='"mlflow" in `plugins` is a registry'
        )
    kept.append(version)
    return []


def _registers(session: Session, target: str) -> bool:
    """Models are registered from the target that the service follows, unless the settings say otherwise."""
    place = session.settings.targets[target]
    last = not any(
        other.after and other.after.target == target for other in session.settings.targets.values()
    )
    return place.registers if place.registers is not None else last and target != "test"


def _words(causes: tuple[Trigger, ...] | list[Trigger]) -> str:
    return "; ".join(f"{cause.kind}: {cause.why}" for cause in causes)
