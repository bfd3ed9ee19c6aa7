"""What of an answer is believed. The change's own job wrote it: it is a claim, and checked as one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext import git
from mlops_ext.comment.marker import marker
from mlops_ext.comment.objects import bring, is_commit, parents
from mlops_ext.comment.told import Job, Told, doubt, record_of, viewed
from mlops_ext.errors import EXIT_YES, CouldNotTellError, InterruptedByUser, MlopsExtError
from mlops_ext.output.answer import FILE, Answer, read_answer
from mlops_ext.output.machine import refused
from mlops_ext.verdict import WORDS, code_of, worst

if TYPE_CHECKING:
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.output.machine import Result
    from mlops_ext.output.view import Detail
    from mlops_ext.session import Session

STAGES = ("develop", "integrate", "deliver", "trigger", "release", "monitor", "approve", "rollback")
AGAIN = "run the job again; its log says what it was asked of"


def believed(session: Session, folder: Path, job: Job, stage: str = "integrate") -> Told:
    """The answer in a folder as far as the event and Git agree with it; one that is missing is told too."""
    try:
        answer = _read(folder)
    except InterruptedByUser:
        raise
    except MlopsExtError as error:
        return _told(session, job, refused(stage, error))
    return _told(session, job, answer.result, tuple(_doubts(session, answer, job)), answer.loosened)


def _read(folder: Path) -> Answer:
    answer = read_answer(folder)
    said = answer.result
    if said.stage not in STAGES or said.verdict not in WORDS.values():
        what = f"the answer holds no stage or no verdict of ours: {said.stage}, {said.verdict}"
        raise CouldNotTellError(what, where=FILE, hint=AGAIN)
    try:
        # What fits into 64 bits can be divided, added and written out without an end.
        msgspec.msgpack.encode(answer)
    except OverflowError as error:
        raise CouldNotTellError("the answer holds numbers beyond 64 bits", where=FILE, hint=AGAIN) from error
    return answer


def _told(
    session: Session,
    job: Job,
    result: Result,
    doubts: tuple[Detail, ...] = (),
    claimed: tuple[str, ...] = (),
) -> Told:
    folder = _folder(session)
    loosened, changed, unsure = _gates(session, job, claimed)
    champion, why = _champion(session) if result.comparison and result.comparison.metrics else (None, "")
    return Told(
        job=job,
        marker=marker(result.stage, session.context.project, folder, job.name),
        view=viewed(result, doubts),
        folder=folder,
        record=record_of(result),
        loosened=loosened,
        changed=changed,
        unsure=unsure,
        champion=champion,
        metric=_metric(session),
        notes=(f"not compared with the champion: {why}",) if why else (),
    )


def _doubts(session: Session, answer: Answer, job: Job) -> Iterator[Detail]:
    result, passed = answer.result, answer.result.verdict == "pass"
    if answer.project and answer.folder != _folder(session):
        said = f"it is of the project in {answer.folder or 'the root'}"
        yield doubt("the answer is of this project", said, "comment with the same `project` as the job")
    if answer.commit != job.commit and not _merges(session.context.root, answer.commit, job.commit):
        said = f"it is of {answer.commit[:12] or 'no commit'}, neither {job.commit[:12]} nor a merge of it"
        yield doubt("the answer is of this commit", said, AGAIN)
    if passed and job.conclusion not in ("", "success"):
        said = f"the answer says passed, and the job ended with {job.conclusion}"
        yield doubt("the job that answered succeeded", said, "see the log of the job")
    if passed and result.stage == "integrate" and not record_of(result):
        said = "it has no record, as of a part of the questions or a dry run"
        yield doubt("every question was asked", said, "integrate without --only and --dry-run")
    if passed and (result.faults or worst(map(code_of, result.reports)) != EXIT_YES):
        yield doubt("the answer agrees with itself", "it says passed, and holds what did not", AGAIN)


def _merges(root: Path, merge: str, commit: str) -> bool:
    """Whether one commit is the other's merge, as GitHub makes one to test a pull request."""
    return is_commit(merge) and bring(root, merge) and commit in parents(root, merge)


def _gates(
    session: Session, job: Job, claimed: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """From Git where it can be read. Else what the change says of itself, and why that is not enough."""
    try:
        # Without a base no gate would differ: that is not known, and not none.
        git.base_branch(session.context.root, session.settings.base)
        bring(session.context.root, job.commit)
        changes = session.gate_changes_of(job.commit)
    except InterruptedByUser:
        raise
    except MlopsExtError as error:
        return claimed, (), f"{error}; {error.hint}" if error.hint else str(error)
    loosened = tuple(change.said for change in changes if change.loosens)
    return loosened, tuple(change.said for change in changes if not change.loosens), ""


def _champion(session: Session) -> tuple[ModelVersion | None, str]:
    """The version that serves. Where it can't be asked here, a column is missing and nothing else."""
    models = list(session.settings.models)
    if len(models) != 1 or session.registry.with_role("registry") is None:
        return None, ""
    try:
        return session.context.find_model(f"{models[0]}@champion"), ""
    except InterruptedByUser:
        raise
    except MlopsExtError as error:
        return None, str(error)


def _metric(session: Session) -> str:
    models = list(session.settings.models.values())
    return models[0].release.metric if len(models) == 1 else ""


def _folder(session: Session) -> str:
    root, top = session.context.root.resolve(), session.context.top.resolve()
    below = root.relative_to(top).as_posix() if root.is_relative_to(top) else ""
    return "" if below == "." else below
