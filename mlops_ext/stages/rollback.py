"""rollback: the earlier version serves again. A promotion by the record that once let it serve."""

from __future__ import annotations

from mlops_ext.contract.checks import PASS, Check, Report
from mlops_ext.contract.gate import verify_release
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.errors import RefusedError
from mlops_ext.session import Session
from mlops_ext.stages import gates, promotion
from mlops_ext.stages.work import Outcome, Work

STAGE = "rollback"


def rollback(session: Session, *, version: int = 0, target_name: str = "") -> Outcome:
    """Promote the version that held the alias before (or this one) and bring the service to it."""
    gates.require_lasting_store(session, STAGE)
    model = session.model()
    target = session.target(target_name or session.settings.models[model].release.target, service_of=model)
    work = Work(session=session, stage=STAGE, model=model, target=target.name)
    left = session.book.open_intents(STAGE, model=model, target=target.name)
    champion = session.context.find_model(f"{model}@{promotion.ALIAS}")
    if champion is None or champion.promotion is None:
        raise RefusedError(f"no version of {model} serves, so there is nothing to go back from")
    if left:
        work.notes.append(f"finishing what was begun at {left[-1].record.started}: {left[-1].record.summary}")
        work.parents += [stored.digest for stored in left]
        wanted = next((ref.name for ref in left[-1].record.inputs if ref.kind == "model-version"), "")
        if wanted == champion.name:
            return promotion.serve(work, champion, None, target)
        version = int(wanted.rpartition("/")[2] or 0)
    earlier = _earlier(session, model, version)
    if earlier.version == champion.version:
        return work.close(f"{earlier.name} serves already", save=False)
    gate = _gate_of(session, earlier, target.name)
    work.inputs = [earlier.ref(), champion.ref("champion")]
    work.parents.append(gate.digest)
    check = Check(
        name="its record verifies", status=PASS, message=f"record {gate.digest[:12]} of {gate.record.ended}"
    )
    work.add([Report(question="gate", plugin="mlops-ext", checks=(check,))])
    if session.options.dry_run:
        return work.close(f"would go back from {champion.name} to {earlier.name}", save=False)
    return promotion.promote(work, earlier, champion, champion.promotion.number, gate.digest, target)


def _earlier(session: Session, model: str, version: int) -> ModelVersion:
    selector = f"{model}/{version}" if version else f"{model}@{promotion.ALIAS}~1"
    found = session.context.find_model(selector)
    if found is None:
        raise RefusedError(
            f"there is no earlier version of {model} to go back to",
            hint="--to VERSION names one that served before",
        )
    return found


def _gate_of(session: Session, version: ModelVersion, target: str) -> StoredRecord:
    """The newest record that lets the version serve here."""
    query = RecordQuery(
        project=session.context.project,
        stage="release",
        subject=version.name,
        phase=RECORD,
        target=target,
        limit=50,
    )
    problem: RefusedError | None = None
    for stored in session.book.find(query):
        try:
            verify_release(stored, version, target, session.zone)
        except RefusedError as error:
            problem = problem or error
            continue
        return stored
    raise problem or RefusedError(
        f"{version.name} was never released on {target}", hint="mlops-ext release judges it"
    )
