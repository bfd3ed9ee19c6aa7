"""What changed since the base revision: shown beside integrate's answers, and never one of them."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_ext.comparison.base import base_commit
from mlops_ext.comparison.compare import compare
from mlops_ext.comparison.sides import WORKSPACE, described
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import InterruptedByUser, MlopsExtError
from mlops_ext.session import Session
from mlops_ext.stages.work import Work


@dataclass(frozen=True)
class Base:
    """The base as this clone has it; without a commit `why` says the reason."""

    name: str = ""
    commit: str = ""
    why: str = ""

    def refs(self) -> list[Ref]:
        """The base as an input: with another base a record is no answer."""
        return [Ref(kind="git-commit", name="base", digest=f"gitCommit:{self.commit}")] if self.commit else []


def find_base(session: Session) -> Base:
    """The base revision; one that can't be found closes no gate."""
    if session.registry.with_role("versioning") is None:
        return Base(why="no plugin describes revisions")
    try:
        return Base(*base_commit(session.context.root, session.settings))
    except MlopsExtError as error:
        return Base(why=_said(error))


def compare_with_base(work: Work, base: Base) -> None:
    """Put the comparison into the work; what kept it from being made is a note."""
    if not base.commit:
        work.notes.append(f"not compared with the base revision: {base.why}")
        return
    session = work.session
    try:
        before = described(session, base.commit, base.name)
        work.comparison = compare(session, before, described(session, WORKSPACE))
    except (InterruptedByUser, KeyboardInterrupt):
        raise
    except MlopsExtError as error:
        work.notes.append(f"not compared with {base.name}: {_said(error)}")
    except Exception as error:  # noqa: BLE001 - what is only shown must not lose the answers
        work.notes.append(f"not compared with {base.name}: {type(error).__name__}: {error}")


def _said(error: MlopsExtError) -> str:
    return f"{error}; {error.hint}" if error.hint else str(error)
