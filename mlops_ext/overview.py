"""What is deployed, what serves, and what is unfinished: looked at now, not remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.targets import Target
from mlops_ext.errors import MlopsExtError
from mlops_ext.session import Session
from mlops_ext.stages.deliver import observe

STAGES = ("develop", "integrate", "deliver", "trigger", "release", "monitor")
ACTING = ("deliver", "trigger", "release", "rollback")


@dataclass(frozen=True)
class Place:
    """One target, or the service of a model there, as it is now."""

    target: str
    what: str
    subject: str
    status: str
    where: str
    since: str = ""


def places(session: Session) -> Iterator[Place]:
    """Pipelines of all targets, then services of all models."""
    for name in session.settings.targets:
        yield _look(session, session.target(name), "pipeline")
    for name in session.settings.targets:
        for model in session.settings.models:
            place = _look(session, session.target(name, service_of=model), f"service of {model}")
            if place.status != "none":
                yield place


def newest(session: Session) -> dict[str, StoredRecord | None]:
    """The newest record of each stage."""
    return {stage: _newest(session, stage) for stage in STAGES}


def unfinished(session: Session) -> list[StoredRecord]:
    """Intents without a record: the next call of their stage finishes them."""
    return [stored for stage in ACTING for stored in session.book.open_intents(stage)]


def _newest(session: Session, stage: str) -> StoredRecord | None:
    found = session.book.find(
        RecordQuery(project=session.context.project, stage=stage, phase=RECORD, limit=1)
    )
    return found[0] if found else None


def _look(session: Session, target: Target, what: str) -> Place:
    try:
        there = observe(session, target)
    except MlopsExtError as error:
        return Place(target.name, what, "", "could not tell", error.what)
    if there is None:
        return Place(target.name, what, "", "none", "")
    subject = f"{there.subject.name} {there.subject.sha256[:12]}"
    return Place(target.name, what, subject, there.status, there.uri or there.path, there.started)
