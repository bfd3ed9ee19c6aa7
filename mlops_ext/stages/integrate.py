"""integrate: a revision becomes a tested package. Judges: answers from a passed record with the same key."""

from __future__ import annotations

from mlops_ext import git
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.dispatch import fault_report
from mlops_ext.errors import InterruptedByUser, MlopsExtError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages import tables
from mlops_ext.stages.lay_out import lay_out
from mlops_ext.stages.packaging import build_package
from mlops_ext.stages.questions import chosen
from mlops_ext.stages.since_base import compare_with_base, find_base
from mlops_ext.stages.summary import asked, summary
from mlops_ext.stages.unstored import answered_before, close
from mlops_ext.stages.work import Outcome, Work

STAGE = "integrate"


def integrate(session: Session, only: tuple[str, ...] = (), pull: bool = False) -> Outcome:
    """All questions are asked, and what passed is packaged; a part, or what is staged, makes nothing."""
    notes = _pull(session) if pull else []
    if only or session.options.staged:
        return _some(session, only, notes)
    work = Work(session=session, stage=STAGE, required=_required(session), notes=notes)
    root = session.context.root
    commit = git.commit(root)
    base = find_base(session)
    work.inputs = _inputs(session, commit) + base.refs()
    work.key = make_key(
        STAGE,
        session.context.project,
        inputs=tuple(work.inputs),
        settings=session.file.table,
        tools=session.tools,
        environment=session.environment.digest,
        more=(session.zone,),
    )
    passed = answered_before(work)
    if passed and session.registry.broken == ():
        return work.replay(passed)
    for question in chosen(()):
        work.add(question.answers(session))
    compare_with_base(work, base)
    return _package(work, commit)


def _pull(session: Session) -> list[str]:
    """Bring the data; what could not be brought is missed by the question that needs it."""
    try:
        session.dispatcher.ask_role("mlops_pull_data", context=session.context)
    except InterruptedByUser:
        raise
    except MlopsExtError as error:
        return [f"{error}; {error.hint}" if error.hint else str(error)]
    return []


def _some(session: Session, only: tuple[str, ...], notes: list[str]) -> Outcome:
    """A part of the questions, or a tree that is no commit yet: it opens no gate and leaves no record."""
    session.recorded = False
    work = Work(session=session, stage=STAGE, notes=notes)
    staged = session.options.staged
    if staged and set(only) != {"settings"}:
        work.notes += lay_out(session, staged)
    for question in chosen(only):
        work.add(question.answers(session))
    left_out = [name for name in session.settings.plugins if name not in (session.options.plugins or (name,))]
    if left_out:
        work.notes.append(f"not asked, since --plugins leaves them out: {', '.join(left_out)}")
    if only:
        work.notes.append(f"only {', '.join(only)}: no record and no package is made of a part")
    if work.verdict().passed and not asked(work):
        work.notes.append("nothing to check: these settings and plugins have no such question")
    return work.close(summary(work), save=False, next="git commit" if staged else "mlops-ext integrate")


def _package(work: Work, commit: str) -> Outcome:
    session = work.session
    verdict = work.verdict()
    if not verdict.passed:
        return close(work, summary(work), verdict=verdict)
    if not session.registry.with_role("versioning"):
        work.notes.append("no package: no plugin here versions a pipeline, so there is none to deliver")
        return close(work, f"{summary(work)}, nothing packaged")
    if not git.is_clean(session.context.root):
        work.notes.append(
            "no package: the workspace differs from the commit that would be packaged; commit first"
        )
        return close(work, f"{summary(work)}, nothing packaged", next="git commit, then mlops-ext integrate")
    try:
        package = build_package(session, commit)
    except MlopsExtError as error:
        work.add([fault_report("mlops-ext", "package", error)])
        return close(work, summary(work))
    work.outputs.append(package.ref())
    work.settings.append(Setting(name="package.revision", value=package.revision))
    size = f"{package.size / 1e6:.1f} MB"
    products = (("package", f"{package.name} {package.digest[7:19]} ({size})"),)
    return close(work, summary(work), products=products, next="mlops-ext deliver test")


def _required(session: Session) -> tuple[str, ...]:
    ask = session.settings.integrate.ask
    if ask is not None:
        return ask
    settings = session.settings
    asked = [name for name, table in settings.data.items() if tables.asks(table) and table.missing != "skip"]
    trained = [name for name, model in settings.models.items() if model.training]
    return (*(f"data:{name}" for name in asked), *(f"training:{name}" for name in trained))


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
