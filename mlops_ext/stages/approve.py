"""approve: somebody says yes to these bytes for a target. A record of its own."""

from __future__ import annotations

from mlops_ext import git
from mlops_ext.contract.checks import PASS, Check, Report
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.contract.review import Approval
from mlops_ext.errors import RefusedError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages.packaging import passed_package
from mlops_ext.stages.work import Outcome, Work
from mlops_ext.zone import PROTECTED, require_actor


def approve(session: Session, target_name: str, digest: str = "", note: str = "") -> Outcome:
    """Approve the tested package of HEAD, or the one with this digest, for a target."""
    require_actor(session.zone, "approve")
    session.require_store()
    target = session.target(target_name)
    commit = "" if digest else git.commit(session.context.root)
    found = passed_package(session, digest, commit)
    if found is None:
        raise RefusedError(
            "there is no tested package to approve", hint="mlops-ext integrate tests and packages it"
        )
    stored, package = found
    work = Work(session=session, stage="approve", target=target.name)
    work.inputs.append(package)
    work.parents.append(stored.digest)
    approval = _approval(session, target.name)
    authenticated = "true" if approval else "false"
    work.settings += [Setting(name="approval.authenticated", value=authenticated)]
    work.settings += [Setting(name="approval.by", value=approval.who)] if approval else []
    work.settings += [Setting(name="approval.note", value=note)] if note else []
    work.key = make_key(
        "approve", session.context.project, target=target.name, inputs=(package,), more=(work.started,)
    )
    who = f"{approval.who} (authenticated)" if approval else f"{session.executor} (not authenticated)"
    check = Check(name=f"approved for {target.name}", status=PASS, message=f"by {who}")
    work.add([Report(question="approval", plugin="mlops-ext", checks=(check,))])
    work.outputs.append(Ref(kind="approval", name=f"{package.name}@{target.name}", digest=package.digest))
    return work.close(
        f"{package.sha256[:12]} is approved for {target.name} by {who}",
        next=f"mlops-ext deliver {target.name}",
    )


def _approval(session: Session, target: str) -> Approval | None:
    """Who the platform says approved, where no pull request can set what we are told."""
    if session.zone != PROTECTED:
        return None
    found: Approval | None = session.dispatcher.ask_role(
        "mlops_find_approval", context=session.context, target=target
    )
    return found
