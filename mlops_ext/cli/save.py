"""`--save`: the answer as files that another job reads, also where there was only an error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable, git
from mlops_ext.errors import MlopsExtError
from mlops_ext.output.answer import FILE, Answer
from mlops_ext.output.machine import Result, dump, refused, result
from mlops_ext.process import struct_without_secrets

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.settings.loosened import GateChange
    from mlops_ext.stages.work import Outcome

PAGE = "page.html"


def save(folder: Path, session: Session, outcome: Outcome) -> Outcome:
    """Leave the answer, and the page of its record; the outcome then names both."""
    context = session.context
    page = _page(folder, outcome)
    changes = _gate_changes(session)
    folded = context.root.relative_to(context.top) if context.root.is_relative_to(context.top) else Path()
    answer = Answer(
        project=context.project,
        folder="" if folded == Path() else folded.as_posix(),
        commit=_commit(context.root, "HEAD"),
        base=_commit(context.root, git.find_base(context.root, session.settings.base)),
        zone=session.zone,
        loosened=tuple(change.said for change in changes if change.loosens),
        changed=tuple(change.said for change in changes if not change.loosens),
        result=result(outcome),
    )
    _write(folder, answer)
    products = (*outcome.products, ("report", str(page))) if page else outcome.products
    return replace(outcome, products=products, saved=str(folder))


def save_error(folder: Path, stage: str, error: MlopsExtError, start: Path) -> None:
    """Leave what kept the stage from an answer."""
    _write(folder, _bare(stage, refused(stage, error), start))


def _bare(stage: str, said: Result, start: Path) -> Answer:
    commit = _commit(start, "HEAD") if start.is_dir() else ""
    return Answer(project="", folder="", commit=commit, base="", zone="", result=said)


def _write(folder: Path, answer: Answer) -> None:
    durable.write_text(folder / FILE, dump(struct_without_secrets(answer)) + "\n")


def _page(folder: Path, outcome: Outcome) -> Path | None:
    if outcome.stored is None:
        return None
    from mlops_ext.page.render import require_jinja

    try:
        require_jinja()
    except MlopsExtError:
        return None
    from mlops_ext.page.stage import page

    durable.write_text(folder / PAGE, page(outcome.stored))
    return folder / PAGE


def _gate_changes(session: Session) -> tuple[GateChange, ...]:
    try:
        return session.gate_changes
    except MlopsExtError:
        # A clone without the base: `integrate` says so itself.
        return ()


def _commit(root: Path, revision: str) -> str:
    try:
        return git.commit(root, revision) if revision else ""
    except MlopsExtError:
        return ""
