"""Facts that open gates: a store that lasts, runs that succeeded, approvals that somebody gave."""

from __future__ import annotations

from mlops_ext.contract.checks import FAIL, PASS, Check
from mlops_ext.contract.gate import trusted
from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext.kept import when
from mlops_ext.session import Session
from mlops_ext.stages.work import Work
from mlops_ext.zone import require_actor

LASTING = "store-lasts"
LOCAL = "give --local if you know that nothing has to last"


def require_lasting_store(session: Session, stage: str) -> None:
    """Refuse to act for a pull request, and where the only store is a file that goes away with the runner.

    `--local` says that nothing has to last.
    """
    require_actor(session.zone, stage)
    session.require_store()
    if session.kept or session.options.local or not when.hosted():
        return
    reports = session.dispatcher.reports("mlops_check_setup", "setup", context=session.context)
    checks = [check for report in reports for check in report.checks if check.name == LASTING]
    if not checks:
        fault = next((report.fault for report in reports if report.fault), None)
        raise CouldNotTellError(
            "nobody could say whether the store outlives this runner",
            where=", ".join((fault.what, fault.where)) if fault else "",
            hint=LOCAL,
        )
    if any(check.status != PASS for check in checks):
        raise SettingsError(
            f"the store will not outlive this runner: {checks[0].message}",
            key="mlflow.tracking_uri",
            hint=f"name a server, or let it be kept: a DVC remote and a push to `origin`; or {LOCAL}",
        )


def successful_runs(session: Session, target: str, package: str) -> list[StoredRecord]:
    """Passed runs of this package on a target, each record of them once, newest first."""
    query = RecordQuery(
        project=session.context.project, stage="trigger", target=target, phase=RECORD, limit=200
    )
    return [
        stored
        for stored in session.book.find(query)
        if stored.record.verdict == "pass"
        and trusted(stored.record.zone, session.zone)
        and any(ref.kind == "package" and ref.digest == package for ref in stored.record.inputs)
    ]


def delivery_of(session: Session, there: Deployment) -> StoredRecord | None:
    """The newest passed delivery of what is on a target."""
    query = RecordQuery(
        project=session.context.project, stage="deliver", target=there.target, phase=RECORD, limit=50
    )
    for stored in session.book.find(query):
        made = any(
            ref.kind == "deployment" and ref.digest == there.subject.digest for ref in stored.record.outputs
        )
        if stored.record.verdict == "pass" and made:
            return stored
    return None


def approvals(session: Session, subject: Ref, target: str) -> list[StoredRecord]:
    """Approvals of these bytes for a target, newest first."""
    query = RecordQuery(
        project=session.context.project, stage="approve", target=target, phase=RECORD, limit=50
    )
    return [
        stored
        for stored in session.book.find(query)
        if trusted(stored.record.zone, session.zone)
        and any(ref.digest == subject.digest for ref in stored.record.inputs)
    ]


def approval_check(work: Work, subject: Ref, target: str) -> Check:
    """Whether somebody approved; a local approval opens only a target with `approval = "local"`."""
    wanted = work.session.settings.targets[target].approval
    found = [
        stored
        for stored in approvals(work.session, subject, target)
        if wanted == "local" or _authenticated(stored)
    ]
    name = f"approval for {target}"
    if not found:
        hint = f"mlops-ext approve {target}" if wanted == "local" else "approve it in the GitHub Environment"
        return Check(name=name, status=FAIL, message=f"nobody approved {subject.sha256[:12]}", hint=hint)
    work.parents.append(found[0].digest)
    word = "authenticated" if _authenticated(found[0]) else "not authenticated"
    return Check(name=name, status=PASS, message=f"by {_who(found[0])} ({word}), {found[0].record.ended}")


def _authenticated(stored: StoredRecord) -> bool:
    return any(row.name == "approval.authenticated" and row.value == "true" for row in stored.record.settings)


def _who(stored: StoredRecord) -> str:
    named = (row.value for row in stored.record.settings if row.name == "approval.by")
    return next(named, stored.record.executor)
