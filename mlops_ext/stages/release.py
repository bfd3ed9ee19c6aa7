"""release: a model version that earns it serves. The gate's record is written before any effect."""

from __future__ import annotations

from mlops_ext.contract.data import DataRef
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.targets import Target
from mlops_ext.errors import RefusedError, SettingsError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages import gates, promotion, tables
from mlops_ext.stages.deliver import is_there, observe
from mlops_ext.stages.work import Outcome, Work

STAGE = "release"
QUESTIONS = ("quality", "loads", "golden")


def release(
    session: Session, *, version: int = 0, target_name: str = "", only_judge: bool = False
) -> Outcome:
    """Judge the newest version (or this one) against the champion, and let it serve if it earns it."""
    gates.require_lasting_store(session, STAGE)
    model = session.model()
    settings = session.settings.models[model].release
    target = session.target(target_name or settings.target, service_of=model)
    candidate = _candidate(session, model, version)
    champion = session.context.find_model(f"{model}@champion")
    left = session.book.open_intents(STAGE, model=model, target=target.name)
    acts = not (only_judge or session.options.dry_run)
    if champion and champion.version == candidate.version:
        return _already(session, champion, target, left, acts)
    gate = _judge(session, candidate, champion, target)
    if not gate.verdict.passed or not acts or gate.stored is None:
        return gate
    work = Work(session=session, stage=STAGE, model=model, target=target.name)
    work.parents += [gate.stored.digest, *(stored.digest for stored in left)]
    work.reports = list(gate.reports)
    work.inputs = list(gate.stored.record.inputs)
    expected = champion.promotion.number if champion and champion.promotion else 0
    return promotion.promote(work, candidate, champion, expected, gate.stored.digest, target)


def _candidate(session: Session, model: str, version: int) -> ModelVersion:
    found = session.context.find_model(f"{model}/{version}" if version else model)
    if found is None:
        raise SettingsError(
            f"there is no version {version or ''} of {model}".replace("  ", " "),
            key=f"models.{model}",
            hint="mlops-ext trigger --demand WHY trains one",
        )
    return found


def _already(
    session: Session, champion: ModelVersion, target: Target, left: list[StoredRecord], acts: bool
) -> Outcome:
    """The version holds the alias: bring the service to agree, and close what a killed call left open."""
    work = Work(session=session, stage=STAGE, model=champion.model, target=target.name)
    gate = champion.promotion.gate if champion.promotion else ""
    work.parents += [gate] if gate else []
    work.parents += [stored.digest for stored in left]
    work.inputs.append(champion.ref())
    there = observe(session, target)
    if there is not None and is_there(there, champion.ref()) and not left:
        work.outputs += [there.ref(), champion.ref()]
        return work.close(f"{champion.name} serves on {target.name} already", save=False)
    if not acts:
        return work.close(f"{champion.name} would be brought to {target.name}", save=False)
    return promotion.serve(work, champion, None, target)


def _judge(
    session: Session, candidate: ModelVersion, champion: ModelVersion | None, target: Target
) -> Outcome:
    """The judging half: all questions, one verdict, one record; a passed one with the same key answers."""
    work = Work(session=session, stage=STAGE, model=candidate.model, target=target.name)
    work.required = session.settings.release.ask if session.settings.release.ask is not None else QUESTIONS
    data = judging_data(session, candidate)
    work.inputs = [candidate.ref(), data.ref(), *([champion.ref("champion")] if champion else [])]
    trained_by = _trained_by(session, candidate)
    work.parents += [trained_by] if trained_by else []
    work.key = make_key(
        STAGE, session.context.project, model=candidate.model, target=target.name, inputs=tuple(work.inputs),
        settings=[session.settings.models[candidate.model], session.settings.targets[target.name]],
        tools=session.tools, environment=candidate.lock, more=(session.zone,),
    )  # fmt: skip
    passed = None if session.options.force else session.book.passed(work.key, session.zone)
    if passed and not session.registry.broken:
        return work.replay(passed)
    _ask(work, candidate, champion, data, target)
    against = f"against {champion.name}" if champion else "as the first version"
    word = "may serve" if work.verdict().passed else "is refused"
    return work.close(f"{candidate.name} {word} on {target.name}, judged {against}")


def _ask(
    work: Work, candidate: ModelVersion, champion: ModelVersion | None, data: DataRef, target: Target
) -> None:
    context, ask = work.session.context, work.session.dispatcher.reports
    context.say(f"scoring {candidate.name} and {champion.name if champion else 'a simple baseline'} again")
    both = {"candidate": candidate, "champion": champion}
    work.add(ask("mlops_evaluate_model", "quality", context=context, data=data, **both))
    context.say(f"loading {candidate.name} in its own environment, replaying golden requests")
    work.add(ask("mlops_check_target", "loads", context=context, subject=candidate, target=target))


def judging_data(session: Session, version: ModelVersion) -> DataRef:
    """The rows that both are scored on: what the candidate's run kept for judging."""
    name = session.settings.models[version.model].test
    if not name:
        raise SettingsError(
            "no table to score models on",
            key=f"models.{version.model}.test",
            hint="name the data with features and label",
        )
    ref = next((ref for ref in version.data if ref.name == name), None)
    if ref is None:
        raise RefusedError(
            f"the run of {version.name} left no table `{name}`", hint="trigger trains a version that does"
        )
    path = session.context.fetch(ref)
    own = session.settings.data[name]
    return DataRef(name=name, uri=str(path), format=own.format, digest=ref.digest, columns=tables.roles(own))


def _trained_by(session: Session, version: ModelVersion) -> str:
    """The digest of the record of the trigger that made a version."""
    query = RecordQuery(
        project=session.context.project, stage="trigger", subject=version.name, phase=RECORD, limit=1
    )
    found = session.book.find(query)
    return found[0].digest if found else ""
