"""Who is compared: a Git revision, the workspace, the champion, or the baseline of the settings."""

from __future__ import annotations

from msgspec.structs import replace

from mlops_ext import git
from mlops_ext.comparison.base import base_commit
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.pipeline import Revision
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext.session import Session

WORKSPACE = "workspace"
CHAMPION = "champion"
BASELINE = "baseline"
DIGITS = 7


def side(session: Session, word: str) -> Revision:
    """What is known of one side; whoever can't be found could not be told."""
    if word == CHAMPION:
        return _champion(session)
    if word == BASELINE:
        name, commit = base_commit(session.context.root, session.settings)
        return described(session, commit, name)
    if word == WORKSPACE:
        return described(session, word)
    return described(session, _commit(session, word), word)


def described(session: Session, revision: str, name: str = "") -> Revision:
    """The versioning plugin's description, with the name that people know: `main 1a2b3c4`."""
    found: Revision | None = session.dispatcher.ask_role(
        "mlops_describe_revision", context=session.context, revision=revision
    )
    if found is None:
        raise session.registry.lacks("describes revisions", "dvc")
    short = found.commit[:DIGITS]
    known = " ".join(dict.fromkeys(part for part in (name or ("" if short else revision), short) if part))
    return replace(
        found, name=known, notes=tuple(note.replace(found.commit or "\0", known) for note in found.notes)
    )


def _commit(session: Session, word: str) -> str:
    try:
        return git.commit(session.context.root, word)
    except CouldNotTellError as error:
        what = f"base revision not in this clone: `{word}`"
        raise CouldNotTellError(what, where=error.where, hint=git.DEPTH) from error


def _champion(session: Session) -> Revision:
    model = session.model()
    version = session.context.find_model(f"{model}@{CHAMPION}")
    if version is None:
        raise CouldNotTellError(
            f"{model} has no champion to compare with", hint="mlops-ext release promotes one"
        )
    return Revision(
        name=f"{CHAMPION} {version.name}",
        commit=version.revision,
        params=version.params,
        metrics=version.metrics,
        data=tuple(_table(session, ref) for ref in version.data if ref.kind == "data"),
        notes=("the champion's plots are not kept with it",),
    )


def _table(session: Session, ref: Ref) -> DataRef:
    own = session.settings.data.get(ref.name)
    roles = ColumnRoles(categories=own.columns.categories) if own else ColumnRoles()
    form = own.format if own else ""
    # Where the bytes lay may hold others by now: they are asked for by their digest.
    uri = "" if ref.digest else ref.uri
    return DataRef(name=ref.name, uri=uri, format=form, digest=ref.digest, columns=roles)
