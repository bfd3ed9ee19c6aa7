"""The acting half of release and of rollback: the entry in the log, the service, and the way back."""

from __future__ import annotations

from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.contract.models import ModelVersion, Promotion
from mlops_ext.contract.targets import Deployment, Target
from mlops_ext.dispatch import fault_report, guard
from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext.session import Session
from mlops_ext.stages.deliver import is_there, observe
from mlops_ext.stages.work import Outcome, Work

ALIAS = "champion"


def promote(
    work: Work,
    candidate: ModelVersion,
    champion: ModelVersion | None,
    expected: int,
    gate: str,
    target: Target,
) -> Outcome:
    """Append the promotion that was judged against entry `expected`, and let the service take it."""
    session = work.session
    work.key = gate
    work.intend(f"{candidate.name} becomes {ALIAS} for {target.name}")
    entry = append(session, candidate, expected, gate)
    if not entry.won:
        winner = f"{candidate.model}/{entry.winner}"
        check = Check(
            name=f"{ALIAS} is as it was when this was judged",
            status=FAIL,
            value=winner,
            message=f"{winner} was promoted since {candidate.name} was judged",
            hint="call it again: it is judged against the new one",
        )
        work.add([Report(question="promotion", plugin="mlops-ext", checks=(check,))])
        return work.close(f"{candidate.name} lost against {winner}")
    check = Check(
        name=f"{ALIAS} follows", status=PASS, message=f"entry {entry.number} after {entry.expected}"
    )
    work.add([Report(question="promotion", plugin="mlops-ext", checks=(check,))])
    return serve(work, candidate, champion, target)


def append(session: Session, version: ModelVersion, expected: int, gate: str) -> Promotion:
    """One entry in the alias's log, by the registry."""
    entry: Promotion | None = session.dispatcher.ask_role(
        "mlops_promote_model",
        context=session.context,
        candidate=version,
        alias=ALIAS,
        expected=expected,
        gate=gate,
    )
    if entry is None:
        raise session.registry.lacks("promotes models", "mlflow")
    return entry


def serve(work: Work, version: ModelVersion, before: ModelVersion | None, target: Target) -> Outcome:
    """Bring the version into the service and look at it there; what fails is rolled back to `before`."""
    session = work.session
    session.context.say(f"bringing {version.name} to {target.name}")
    done: list[Deployment] = []
    faults = guard("mlops-ext", "service", lambda: _deploy(session, version, target, done))
    work.add(faults)
    if not faults:
        work.outputs += [done[0].ref(), version.ref()]
        summary = f"{version.name} serves on {target.name} at {done[0].uri}"
        return work.close(
            summary, products=(("service", done[0].uri),), next=f"mlops-ext monitor --model {version.model}"
        )
    if before is not None:
        work.add(_back(session, version, before, target))
    return work.close(f"{version.name} was not taken by the service on {target.name}")


def _deploy(session: Session, version: ModelVersion, target: Target, done: list[Deployment]) -> list[Report]:
    session.dispatcher.ask_kind(
        "mlops_deploy", target.kind, context=session.context, subject=version, target=target
    )
    there = observe(session, target)
    if there is None or not is_there(there, version.ref()):
        shown = f"{there.subject.name}, {there.status}" if there else "nothing"
        raise CouldNotTellError(
            f"the service on {target.name} shows {shown}, not {version.name}", hint="mlops-ext status"
        )
    done.append(there)
    return []


def _back(session: Session, version: ModelVersion, before: ModelVersion, target: Target) -> list[Report]:
    """Promote the earlier version again, by its own gate, and wait until the service shows it."""
    try:
        now = session.context.find_model(f"{version.model}@{ALIAS}")
        gate = before.promotion.gate if before.promotion else ""
        if now and now.promotion and now.version == version.version:
            append(session, before, now.promotion.number, gate)
        session.dispatcher.ask_kind(
            "mlops_deploy", target.kind, context=session.context, subject=before, target=target
        )
    except MlopsExtError as error:
        return [fault_report("mlops-ext", "rollback", error)]
    check = Check(
        name="rolled back",
        status=FAIL,
        message=f"{before.name} serves again",
        hint="see why the version was not taken",
    )
    return [Report(question="rollback", plugin="mlops-ext", checks=(check,))]
