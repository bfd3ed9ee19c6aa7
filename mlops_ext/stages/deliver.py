"""deliver: a tested package becomes a pipeline on a target. Acts: observes first, does what is missing."""

from __future__ import annotations

from mlops_ext import git
from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.contract.pipeline import Package
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment, Target
from mlops_ext.dispatch import guard
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages import gates
from mlops_ext.stages.packaging import build_package, passed_package
from mlops_ext.stages.work import Outcome, Work

STAGE = "deliver"


def deliver(session: Session, target_name: str, digest: str = "") -> Outcome:
    """Bring the tested package (of HEAD, or with this digest) onto the target."""
    gates.require_lasting_store(session, STAGE)
    target = session.target(target_name)
    work = Work(session=session, stage=STAGE, target=target.name)
    tested, package = _package(session, digest)
    work.inputs.append(package.ref())
    work.parents.append(tested.digest)
    work.key = make_key(STAGE, session.context.project, target=target.name, inputs=tuple(work.inputs))
    work.add(_gate(work, package, target))
    verdict = work.verdict()
    if not verdict.passed:
        return work.close(f"{package.digest[7:19]} is not delivered to {target.name}", verdict=verdict)
    left = session.book.open_intents(STAGE, target=target.name)
    work.parents += [stored.digest for stored in left]
    there = observe(session, target)
    if there is not None and is_there(there, package.ref()) and not left:
        work.outputs.append(there.ref())
        return work.close(
            f"{target.name} has {package.digest[7:19]} already", save=False, products=_products(there)
        )
    if session.options.dry_run:
        return work.close(f"{package.digest[7:19]} would be delivered to {target.name}", save=False)
    return _act(work, package, target)


def observe(session: Session, target: Target) -> Deployment | None:
    """What is on the target now."""
    found: Deployment | None = session.dispatcher.ask_kind(
        "mlops_observe", target.kind, context=session.context, target=target
    )
    return found


def is_there(there: Deployment | None, subject: Ref) -> bool:
    """Whether the subject's bytes are what is on the target, whole and ready."""
    return there is not None and there.subject.digest == subject.digest and there.status == "ready"


def _act(work: Work, package: Package, target: Target) -> Outcome:
    session = work.session
    work.intend(f"deliver {package.digest[7:19]} to {target.name}")
    session.context.say(f"installing {package.digest[7:19]} on {target.name}")
    done: list[Deployment] = []
    faults = guard("mlops-ext", "deployment", lambda: _deploy(session, package, target, done))
    work.add(faults)
    if faults:
        return work.close(f"{package.digest[7:19]} was not delivered to {target.name}")
    there = observe(session, target)
    if there is None or not is_there(there, package.ref()):
        raise CouldNotTellError(
            f"{target.name} does not show the package after it was delivered", hint="mlops-ext status"
        )
    work.outputs.append(there.ref())
    summary = f"{package.digest[7:19]} is on {target.name}"
    return work.close(summary, products=_products(there), next=_next(session, target))


def _deploy(session: Session, package: Package, target: Target, done: list[Deployment]) -> list[Report]:
    deployment = session.dispatcher.ask_kind(
        "mlops_deploy", target.kind, context=session.context, subject=package, target=target
    )
    if deployment is None:
        raise CouldNotTellError(f"the plugin for kind `{target.kind}` did not deploy a package")
    done.append(deployment)
    return []


def _package(session: Session, digest: str) -> tuple[StoredRecord, Package]:
    commit = "" if digest else git.commit(session.context.root)
    found = passed_package(session, digest, commit)
    if found is None:
        what = f"package {digest}" if digest else f"commit {commit[:12]}"
        raise RefusedError(
            f"{what} has no passed integrate", hint="mlops-ext integrate tests and packages it"
        )
    stored, ref = found
    revision = next(row.value for row in stored.record.settings if row.name == "package.revision")
    package = build_package(session, revision)
    if package.digest != ref.digest:
        raise RefusedError(
            f"the package built here is {package.digest[7:19]}, the tested one is {ref.sha256[:12]}",
            hint="something outside of the commit went in: compare both with tar --list",
        )
    return stored, package


def _gate(work: Work, package: Package, target: Target) -> list[Report]:
    session = work.session
    place = session.settings.targets[target.name]
    checks = [
        Check(name="integrate passed for these bytes", status=PASS, message=f"record {work.parents[0][:12]}")
    ]
    if place.after:
        done = gates.successful_runs(session, place.after.target, package.digest)
        work.parents += [stored.digest for stored in done]
        enough = len(done) >= place.after.runs
        checks.append(
            Check(
                name=f"successful runs on {place.after.target}",
                status=PASS if enough else FAIL,
                value=len(done),
                limit=place.after.runs,
                message=f"{len(done)} of {place.after.runs} runs of this package",
                hint="" if enough else f"mlops-ext trigger --demand WHY --target {place.after.target}",
            )
        )
    if place.approval:
        checks.append(gates.approval_check(work, package.ref(), target.name))
    report = Report(question="gate", plugin="mlops-ext", checks=tuple(checks))
    asked = session.dispatcher.reports(
        "mlops_check_target", "target", context=session.context, subject=package, target=target
    )
    return [report, *asked]


def _products(there: Deployment | None) -> tuple[tuple[str, str], ...]:
    return (
        (("deployment", f"{there.subject.name} {there.subject.sha256[:12]} at {there.path}"),)
        if there
        else ()
    )


def _next(session: Session, target: Target) -> str:
    later = [
        name
        for name, place in session.settings.targets.items()
        if place.after and place.after.target == target.name
    ]
    if later:
        return f"mlops-ext trigger --demand WHY --target {target.name}, then mlops-ext deliver {later[0]}"
    return f"mlops-ext trigger --demand WHY --target {target.name}"
