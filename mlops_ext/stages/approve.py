"""approve: somebody says yes to these bytes for a target. A record of its own."""

from __future__ import annotations

import os

from mlops_ext import git
from mlops_ext.contract.checks import PASS, Check, Report
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.errors import RefusedError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages.packaging import passed_package
from mlops_ext.stages.work import Outcome, Work


def approve(session: Session, target_name: str, digest: str = "", note: str = "") -> Outcome:
    """Approve the tested package of HEAD, or the one with this digest, for a target."""
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
    work.settings += [Setting(name="approval.authenticated", value=_authenticated(session))]
    work.settings += [Setting(name="approval.note", value=note)] if note else []
    work.key = make_key(
        "approve", session.context.project, target=target.name, inputs=(package,), more=(work.started,)
    )
    word = "authenticated" if _authenticated(session) == "true" else "not authenticated"
    who = f"{session.executor} ({word})"
    check = Check(name=f"approved for {target.name}", status=PASS, message=f"by {who}")
    work.add([Report(question="approval", plugin="mlops-ext", checks=(check,))])
    work.outputs.append(Ref(kind="approval", name=f"{package.name}@{target.name}", digest=package.digest))
    return work.close(
        f"{package.sha256[:12]} is approved for {target.name} by {who}",
        next=f"mlops-ext deliver {target.name}",
    )


def _authenticated(session: Session) -> str:
    # Only a protected GitHub Environment's job can say so, and only in a zone that a pull request can't set.
    reviewed = os.environ.get("MLOPS_EXT_ENVIRONMENT_REVIEWED") == "true" and session.zone == "protected"
    return "true" if reviewed else "false"
