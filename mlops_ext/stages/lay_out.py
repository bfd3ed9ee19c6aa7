"""The data that Git does not hold, beside the files that are staged."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import durable
from mlops_ext.process import run
from mlops_ext.session import Session
from mlops_ext.staged import Staged


def lay_out(session: Session, staged: Staged) -> list[str]:
    """Bring links to the data into the copy; notes on what was asked of, and on what was not found staged."""
    session.dispatcher.ask_role("mlops_link_data", context=session.context, origin=session.origin)
    count = len(staged.changed)
    files = "1 file differs" if count == 1 else f"{count} files differ"
    said = f"asked of what is staged ({files} from the last commit), not of the workspace"
    names = list(session.settings.data)
    return [said, *(note for name in names if (note := _untracked(session, staged, name)))]


def _untracked(session: Session, staged: Staged, name: str) -> str:
    """A table that neither Git nor a plugin keeps: as it lies here if the team keeps it out on purpose."""
    path = session.settings.data[name].path
    copied, here = session.context.root / path, session.origin / path
    if copied.exists() or not here.exists():
        return ""
    if not _kept_out(staged, copied):
        return f"{path} is here and is not staged: nobody else will have it; `git add` or `dvc add` it"
    durable.switch_link(copied, str(here))
    return f"{path} is kept out of Git, and nothing tracks it: it is checked as it lies here"


def _kept_out(staged: Staged, path: Path) -> bool:
    asked = run(["git", "check-ignore", "-q", str(path)], cwd=staged.top)
    return asked.code != 1
