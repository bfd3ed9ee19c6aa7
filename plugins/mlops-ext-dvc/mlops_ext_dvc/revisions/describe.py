"""`mlops_describe_revision`: parameters, metrics, tables and plots, read from files; nothing runs."""

from __future__ import annotations

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Revision
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.files import cache, commits
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.revisions import data, declared, metrics, params, plots
from mlops_ext_dvc.revisions.reader import Reader

WORKSPACE = "workspace"


def describe(context: Context, revision: str) -> Revision:
    """What the revision says of itself; one that is not in this clone could not be told."""
    root = cache.find_root(context.root)
    commit = "" if revision in ("", WORKSPACE) else commits.commit(root, revision)
    if not commit and revision not in ("", WORKSPACE):
        hint = "set `fetch-depth: 0` in CI, or fetch it; `git log` shows what is here"
        raise CouldNotTellError(f"revision {revision} is not in this clone", hint=hint)
    wanted = declared.load(root, commit)
    files = Files(root, commit)
    reader = Reader(context, files, Tracked(files))
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(f"{revision or WORKSPACE}: {text}")

    return Revision(
        name=revision or WORKSPACE,
        commit=commit,
        params=params.read(wanted.params, reader, note),
        metrics=metrics.read(wanted.metrics, reader, note),
        data=data.read(context, reader, note),
        curves=plots.read(wanted.plots, reader, note),
        notes=tuple(notes),
    )
