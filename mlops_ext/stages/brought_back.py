"""A pipeline on a machine that forgot it: runners of a pool, or hosted ones, start with empty folders."""

from __future__ import annotations

from mlops_ext.contract.records import RECORD, RecordQuery
from mlops_ext.contract.targets import Deployment, Target
from mlops_ext.errors import RefusedError, SettingsError
from mlops_ext.session import Session
from mlops_ext.stages.deliver import deliver, observe
from mlops_ext.stages.work import Work


def pipeline_on(work: Work, target: Target) -> Deployment:
    """What is deployed on a target; delivered again, through its gates, where only records still know it."""
    session = work.session
    there = observe(session, target)
    if there is not None:
        return there
    package = "" if session.options.dry_run else _delivered_last(session, target)
    if not package:
        raise SettingsError(
            f"no pipeline is deployed on {target.name}",
            key="targets",
            hint=f"mlops-ext deliver {target.name}",
        )
    done = deliver(session, target.name, package)
    there = observe(session, target)
    if there is None:
        raise RefusedError(f"{target.name} is empty here, and {done.summary}", hint="mlops-ext status")
    work.notes.append(f"{target.name} was empty here: {package[7:19]} was delivered again")
    return there


def _delivered_last(session: Session, target: Target) -> str:
    """The digest of the package that was delivered last, or nothing."""
    query = RecordQuery(
        project=session.context.project, stage="deliver", target=target.name, phase=RECORD, limit=50
    )
    for stored in session.book.find(query):
        made = [ref.digest for ref in stored.record.outputs if ref.kind == "deployment"]
        if stored.record.verdict == "pass" and made:
            return made[0]
    return ""
