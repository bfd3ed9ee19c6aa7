"""integrate: a revision becomes a tested package. Judges: answers from a passed record with the same key."""

from __future__ import annotations

from functools import partial

from mlops_ext import git
from mlops_ext.contract.checks import PASS, Check, Report
from mlops_ext.contract.gate import trusted
from mlops_ext.contract.pipeline import Package
from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.dispatch import fault_report, guard
from mlops_ext.errors import MlopsExtError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.settings.gate import base_settings, loosened
from mlops_ext.stages import tables
from mlops_ext.stages.team_tests import QUESTION as TESTS
from mlops_ext.stages.team_tests import run_tests
from mlops_ext.stages.work import Outcome, Work

STAGE = "integrate"


def integrate(session: Session) -> Outcome:
    """Settings, pipeline, tables and tests are checked; what passed is packaged."""
    work = Work(session=session, stage=STAGE, required=_required(session))
    root = session.context.root
    commit = git.commit(root)
    work.inputs = _inputs(session, commit)
    work.key = make_key(
        STAGE,
        session.context.project,
        inputs=tuple(work.inputs),
        settings=session.file.table,
        tools=session.tools,
        environment=session.environment.digest,
        more=(session.zone,),
    )
    passed = None if session.options.force else session.book.passed(work.key, session.zone)
    if passed and session.registry.broken == ():
        return work.replay(passed, products=_products(passed), next=_next(passed.record.outputs))
    _ask(work)
    return _package(work, commit)


def _ask(work: Work) -> None:
    session = work.session
    work.add([_settings_report(session)])
    session.context.say("checking the pipeline against the workspace")
    work.add(session.dispatcher.reports("mlops_validate_pipeline", "pipeline", context=session.context))
    work.add(tables.validate_all(session, session.settings.data))
    session.context.say("running the team's tests")
    work.add(guard(TESTS, TESTS, partial(run_tests, session)))


def _package(work: Work, commit: str) -> Outcome:
    session = work.session
    verdict = work.verdict()
    if not verdict.passed:
        return work.close("the revision did not pass", verdict=verdict)
    if not git.is_clean(session.context.root):
        work.notes.append(
            "no package: the workspace differs from the commit that would be packaged; commit first"
        )
        return work.close(
            f"{_count(work)} passed, nothing packaged", next="git commit, then mlops-ext integrate"
        )
    try:
        package = build_package(session, commit)
    except MlopsExtError as error:
        work.add([fault_report("mlops-ext", "package", error)])
        return work.close("the package could not be built")
    work.outputs.append(package.ref())
    work.settings.append(Setting(name="package.revision", value=package.revision))
    size = f"{package.size / 1e6:.1f} MB"
    products = (("package", f"{package.name} {package.digest[7:19]} ({size})"),)
    summary = f"{_count(work)} passed, package {package.digest[7:19]}"
    return work.close(summary, products=products, next=_next((package.ref(),)))


def build_package(session: Session, revision: str) -> Package:
    """The package of a revision, by the versioning plugin."""
    package: Package | None = session.dispatcher.ask_role(
        "mlops_package_pipeline", context=session.context, revision=revision
    )
    if package is None:
        raise session.registry.lacks("builds packages", "dvc")
    return package


def passed_package(session: Session, digest: str = "", commit: str = "") -> tuple[StoredRecord, Ref] | None:
    """The newest passed integrate whose package has this digest (or starts with it), or is of this commit."""
    query = RecordQuery(project=session.context.project, stage=STAGE, phase=RECORD, limit=200)
    for stored in session.book.find(query):
        record = stored.record
        if record.verdict != "pass" or not trusted(record.zone, session.zone):
            continue
        for ref in record.outputs:
            mine = any(made.digest == f"gitCommit:{commit}" for made in record.inputs) if commit else True
            if ref.kind == "package" and mine and ref.sha256.startswith(digest.removeprefix("sha256:")):
                return stored, ref
    return None


def _required(session: Session) -> tuple[str, ...]:
    ask = session.settings.integrate.ask
    if ask is not None:
        return ask
    return tuple(
        f"data:{name}" for name, table in session.settings.data.items() if table.suite or table.schema
    )


def _inputs(session: Session, commit: str) -> list[Ref]:
    root = session.context.root
    inputs = [
        Ref(kind="git-commit", name="HEAD", digest=f"gitCommit:{commit}"),
        Ref(kind="file", name="workspace", digest=f"sha256:{git.state(root)}"),
    ]
    tracked = session.dispatcher.ask_owner(
        "mlops_resolve_data", context=session.context, name="workspace", revision="workspace"
    )
    if tracked is not None:
        inputs += [tracked.ref(), *tracked.parts]
    known = {part.uri for part in tracked.parts} if tracked is not None else set()
    for name, table in session.settings.data.items():
        path = root / table.path
        if path.exists() and str(path) not in known:
            inputs.append(Ref(kind="data", name=name, digest=f"sha256:{session.digests.digest(path)}"))
    return inputs


def _settings_report(session: Session) -> Report:
    checks = [Check(name="settings are valid", status=PASS, message=session.file.path.name)]
    if session.zone != "local":
        changes = loosened(session.given, base_settings(session.given, session.file))
        checks += [
            Check(
                name="a gate setting differs from the base", status="fail", severity="warning", message=change
            )
            for change in changes
        ]
    return Report(question="settings", plugin="mlops-ext", checks=tuple(checks))


def _count(work: Work) -> str:
    checks = [check for report in work.reports for check in report.checks]
    done = sum(check.status == PASS for check in checks)
    return f"{done} check{'s' if done != 1 else ''}"


def _products(stored: StoredRecord) -> tuple[tuple[str, str], ...]:
    return tuple(
        ("package", f"{ref.name} {ref.sha256[:12]}") for ref in stored.record.outputs if ref.kind == "package"
    )


def _next(outputs: tuple[Ref, ...]) -> str:
    return (
        "mlops-ext deliver test"
        if any(ref.kind == "package" for ref in outputs)
        else "git commit, then mlops-ext integrate"
    )
