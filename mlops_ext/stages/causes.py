"""Why a pipeline should run now: every cause once, not too often, and not for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.triggers import DEGRADATION, DEMAND, DRIFT, EXPERIMENT, SCHEDULE, Trigger
from mlops_ext.dispatch import fault_report
from mlops_ext.session import Session
from mlops_ext.settings.duration import duration
from mlops_ext.stages.work import Work, now

QUESTION = "causes"
FROM_MONITOR = (DRIFT, DEGRADATION)


def demand(model: str, why: str) -> Trigger:
    """A person's wish: each is a cause of its own."""
    return Trigger(
        id=_id(DEMAND, model, now(), why), kind=DEMAND, model=model, why=why, time=now(), found_by="demand"
    )


def find(work: Work) -> list[Trigger]:
    """Causes that no passed run has had yet, from monitor, schedule and plugins; faults become reports."""
    session = work.session
    runs = past_runs(session, work.model, work.target)
    handled = {ref.name for stored in runs if stored.record.verdict == "pass" for ref in stored.record.cause}
    found = [*from_monitor(session, work.model), *_schedule(session, work.model, runs)]
    for answer in session.dispatcher.ask_all("mlops_find_triggers", context=session.context):
        if answer.error:
            work.add([fault_report(answer.plugin, QUESTION, answer.error, answer.seconds)])
        else:
            found += [trigger for trigger in answer.value or () if trigger.model == work.model]
    wanted = session.settings.models[work.model].trigger
    return [
        trigger
        for trigger in found
        if trigger.ref().name not in handled and (trigger.kind != "new-data" or wanted.new_data)
    ]


def past_runs(session: Session, model: str, target: str) -> list[StoredRecord]:
    """Finished triggers of a model on a target, newest first."""
    query = RecordQuery(
        project=session.context.project, stage="trigger", model=model, target=target, phase=RECORD, limit=200
    )
    return session.book.find(query)


def from_monitor(session: Session, model: str) -> list[Trigger]:
    """What the newest monitor record asks for."""
    query = RecordQuery(project=session.context.project, stage="monitor", model=model, phase=RECORD, limit=1)
    return [
        as_trigger(ref, model, stored)
        for stored in session.book.find(query)
        for ref in stored.record.outputs
        if ref.kind == "trigger" and ref.name.partition(":")[0] in FROM_MONITOR
    ]


def as_trigger(ref: Ref, model: str, stored: StoredRecord) -> Trigger:
    """A trigger from the pointer that a record kept."""
    kind, _, name = ref.name.partition(":")
    record = Ref(kind="record", name=stored.record.stage, digest=f"sha256:{stored.digest}")
    return Trigger(
        id=name,
        kind=kind,
        model=model,
        why=ref.uri,
        time=stored.record.ended,
        found_by=stored.record.stage,
        evidence=(record,),
    )


def held_back(session: Session, model: str, target: str, causes: Iterable[Trigger]) -> str:
    """Why these causes don't run now: cooldown or budget; empty when nothing holds them back."""
    wanted = session.settings.models[model].trigger
    ended = [_time(stored) for stored in past_runs(session, model, target) if stored.record.verdict == "pass"]
    today = datetime.now(UTC) - timedelta(days=1)
    if sum(time > today for time in ended) >= wanted.budget:
        return f"the budget of {wanted.budget} runs a day is used up"
    rest = max(ended, default=today) + duration(wanted.cooldown, f"models.{model}.trigger.cooldown")
    if any(cause.kind != DEMAND for cause in causes) and ended and rest > datetime.now(UTC):
        return f"the cooldown of {wanted.cooldown} lasts until {rest.isoformat(timespec='seconds')}"
    return ""


def without_effect(session: Session, model: str, target: str) -> int:
    """How many newest runs in a row were for drift or degradation that is still reported."""
    if not from_monitor(session, model):
        return 0
    count = 0
    for stored in past_runs(session, model, target):
        kinds = {ref.name.partition(":")[0] for ref in stored.record.cause}
        if stored.record.verdict != "pass" or not kinds & set(FROM_MONITOR):
            break
        count += 1
    return count


def new_experiment(model: str, why: str, *evidence: str) -> Trigger:
    """The second exit: people are asked for a new experiment."""
    return Trigger(id=_id(EXPERIMENT, model, *evidence), kind=EXPERIMENT, model=model, why=why, time=now())


def cause(kind: str, model: str, why: str, *facts: str) -> Trigger:
    """A cause that is the same whenever the facts are."""
    return Trigger(id=_id(kind, model, *facts), kind=kind, model=model, why=why, time=now())


def _schedule(session: Session, model: str, runs: list[StoredRecord]) -> list[Trigger]:
    every = session.settings.models[model].trigger.schedule
    if not every:
        return []
    last = max((_time(stored) for stored in runs if stored.record.verdict == "pass"), default=None)
    if last and last + duration(every, f"models.{model}.trigger.schedule") > datetime.now(UTC):
        return []
    since = last.isoformat(timespec="seconds") if last else "ever"
    return [cause(SCHEDULE, model, f"no run since {since}, due every {every}", since)]


def _time(stored: StoredRecord) -> datetime:
    return datetime.fromisoformat(stored.record.ended or stored.record.started)


def _id(*facts: str) -> str:
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:16]
