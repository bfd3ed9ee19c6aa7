"""The data that Git does not hold, beside the files that are staged."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import durable
from mlops_ext.contract.data import DataRef
from mlops_ext.process import run
from mlops_ext.session import Session
from mlops_ext.staged import Staged


def lay_out(session: Session, staged: Staged) -> list[str]:
    """Bring links to the data into the copy; notes on what was asked of, and on what was not found staged."""
    session.dispatcher.ask_role("mlops_link_data", context=session.context, origin=session.origin)
    count = len(staged.changed)
    files = "1 file differs" if count == 1 else f"{count} files differ"
    said = f"asked of what is staged ({files} from the last commit), not of the workspace"
    paths = [table.path for table in session.settings.data.values()]
    absent = [path for path in paths if not (session.context.root / path).exists()]
    tracked = _tracked(session) if absent else []
    return [said, *(note for path in absent if (note := _untracked(session, staged, path, tracked)))]


def _tracked(session: Session) -> list[Path]:
    """What the versioning plugin keeps; whether its bytes are here is its business."""
    found: DataRef | None = session.dispatcher.ask_owner(
        "mlops_resolve_data", context=session.context, name="workspace", revision="HEAD"
    )
    return [Path(part.uri) for part in found.parts] if found else []


def _untracked(session: Session, staged: Staged, path: str, tracked: list[Path]) -> str:
    """A table that neither Git nor a plugin keeps: as it lies here if the team keeps it out on purpose."""
    copied, here = session.context.root / path, session.origin / path
    if not here.exists() or any(copied.is_relative_to(place) for place in tracked):
        return ""
    if not _kept_out(staged, copied):
        return f"{path} is here and is not staged: nobody else will have it; `git add` or `dvc add` it"
    durable.switch_link(copied, str(here))
    return f"{path} is kept out of Git, and nothing tracks it: it is checked as it lies here"


def _kept_out(staged: Staged, path: Path) -> bool:
    asked = run(["git", "check-ignore", "-q", str(path)], cwd=staged.top)
    return asked.code != 1
