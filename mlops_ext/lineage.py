"""The chain from what serves down to the bytes it was trained on, each link looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from mlops_ext.contract.gate import verify_release
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import INTENT, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext.errors import CouldNotTellError, MlopsExtError, RefusedError
from mlops_ext.session import Session
from mlops_ext.stages.deliver import observe

VERIFIED = "verified"
UNREACHABLE = "unreachable"
BROKEN = "BROKEN"
ORDER = ("release", "rollback", "trigger", "monitor", "deliver", "approve", "integrate", "develop")


@dataclass(frozen=True)
class Link:
    """One link: what it is, its name, the fact that matters, and whether it holds."""

    kind: str
    name: str
    fact: str
    state: str
    depth: int = 0


def chain(session: Session, selector: str) -> list[Link]:
    """All links of a model version, service first, bytes last."""
    version = session.context.find_model(selector)
    if version is None:
        raise CouldNotTellError(f"there is no {selector}", hint="mlops-ext status shows what serves")
    links = [*_service(session, version), _version(session, version)]
    seen: set[str] = set()
    gate = version.promotion.gate if version.promotion else version.record
    if version.promotion:
        links.append(_promotion(version))
    if gate:
        links += _records(session, gate, version, seen)
    links += _trained(session, version, seen)
    links += [_data(session, ref) for ref in version.data]
    return links


def worst(links: list[Link]) -> int:
    """0 when all hold, 1 when one is broken, 3 when one can't be looked at."""
    states = {link.state for link in links}
    return 1 if BROKEN in states else 3 if UNREACHABLE in states else 0


def looked_at(kind: str, name: str, fact: str, look: Callable[[], object], depth: int = 0) -> Link:
    """A link whose state is what looking says: an error is unreachable, a no is broken."""
    try:
        look()
    except RefusedError as error:
        return Link(kind, name, error.what, BROKEN, depth)
    except MlopsExtError as error:
        return Link(kind, name, f"{fact}: {error.what}", UNREACHABLE, depth)
    return Link(kind, name, fact, VERIFIED, depth)


def _service(session: Session, version: ModelVersion) -> Iterator[Link]:
    for name, place in session.settings.targets.items():
        target = session.target(name, service_of=version.model)
        if not session.registry.with_kind(place.service.kind):
            continue
        there = observe(session, target)
        if there is not None:
            yield looked_at("service", f"{version.model}@{name}", there.uri, partial(_same, there, version))


def _same(there: Deployment, version: ModelVersion) -> None:
    if there.subject.digest != version.digest:
        raise RefusedError(f"it serves {there.subject.name}, other bytes than {version.name}")


def _version(session: Session, version: ModelVersion) -> Link:
    until = version.trained_until or "unknown"
    fact = f"{version.digest[7:19]}, file {version.file_digest}, trained until {until}"
    return looked_at("model-version", version.name, fact, lambda: session.context.fetch(version.ref()))


def _promotion(version: ModelVersion) -> Link:
    entry = version.promotion
    fact = f"entry {entry.number} after {entry.expected}, by {entry.who or 'unknown'}" if entry else ""
    return Link("promotion", f"{version.model}.{entry.alias if entry else ''}", fact, VERIFIED)


def _records(
    session: Session, digest: str, version: ModelVersion, seen: set[str], depth: int = 0
) -> Iterator[Link]:
    if digest in seen:
        return
    seen.add(digest)
    try:
        stored = session.book.get(digest)
    except MlopsExtError as error:
        yield Link("record", digest[:12], error.what, UNREACHABLE, depth)
        return
    if stored is None:
        yield Link("record", digest[:12], "nobody has it", BROKEN, depth)
        return
    intent = stored.record.phase == INTENT
    if not intent:
        yield _record(session, stored, version, depth)
    parents = [parent for parent in stored.record.parents if parent not in seen]
    for parent in sorted(parents, key=lambda name: _rank(session, name)):
        yield from _records(session, parent, version, seen, depth + (not intent))


def _record(session: Session, stored: StoredRecord, version: ModelVersion, depth: int) -> Link:
    record = stored.record
    when = (record.ended or record.started)[:19]
    name = f"{record.stage} {stored.digest[:12]}"
    cause = f", for {'; '.join(ref.uri or ref.name for ref in record.cause)}" if record.cause else ""
    fact = f"{record.verdict}: {record.summary}{cause}, {record.executor}, {when}"
    if record.stage == "release" and record.phase == "record" and depth == 0:
        return looked_at(
            "record", name, fact, lambda: verify_release(stored, version, record.target, session.zone), depth
        )
    return Link("record", name, fact, VERIFIED, depth)


def _rank(session: Session, digest: str) -> int:
    stored = session.book.index.get(digest)
    stage = stored.record.stage if stored else ""
    return ORDER.index(stage) if stage in ORDER else len(ORDER)


def _trained(session: Session, version: ModelVersion, seen: set[str]) -> Iterator[Link]:
    run = version.run or "unknown"
    yield Link(
        "run", run, f"commit {version.revision[:12]}, package {version.package[7:19] or 'none'}", VERIFIED
    )
    if version.record and version.record not in seen:
        yield from _records(session, version.record, version, seen, 1)


def _data(session: Session, ref: Ref) -> Link:
    return looked_at("data", ref.name, ref.digest, lambda: session.context.fetch(ref))
