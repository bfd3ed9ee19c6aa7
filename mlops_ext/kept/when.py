"""Whether this call keeps its store: what the settings say, and what this machine and its remotes are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mlops_ext import zone
from mlops_ext.errors import SettingsError
from mlops_ext.kept import access

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext.session import Session


def hosted() -> bool:
    """Whether this is a runner of GitHub's, which is thrown away after the job."""
    of_whom = os.environ.get("RUNNER_ENVIRONMENT", "")
    return of_whom == "github-hosted" or (not of_whom and os.environ.get("GITHUB_ACTIONS") == "true")


def store_to_keep(session: Session) -> Path | None:
    """The file of a store that this call brings and keeps; None where it works with what is here."""
    keep = session.settings.keep
    if not _may(session, keep):
        return None
    store: Path | None = session.dispatcher.ask_role("mlops_locate_store", context=session.context)
    if store is None:
        return None
    lacks = _lacks(session)
    if lacks and keep == "always":
        raise SettingsError(f"the store can't be kept: {lacks}", key="keep", hint=_HINT)
    return None if lacks else store


_HINT = "it needs a Git remote that this machine can push to, and a DVC remote (`dvc remote add -d`)"


def _may(session: Session, keep: str) -> bool:
    """A pull request has no secret and writes nothing that others read; a staged copy is no project."""
    if keep == "never" or session.zone == zone.PULL_REQUEST or session.options.staged:
        return False
    return keep == "always" or (hosted() and not session.options.local)


def _lacks(session: Session) -> str:
    if not access.remote_of(session.context.root):
        return "the clone names no Git remote"
    if session.dispatcher.ask_role("mlops_keep_files", context=session.context, files=()) is None:
        return "there is no place for its files"
    return ""
