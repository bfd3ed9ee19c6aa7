"""A run of a deployed pipeline: in a folder of its own, so that the release stays what its digest says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, Source, Tracker
from mlops_ext.contract.triggers import Trigger
from mlops_ext.errors import SettingsError
from mlops_ext_dvc.data import supply
from mlops_ext_dvc.files import plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.runs import workspace
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import environment, finish, locked, locks
from mlops_ext_dvc.steps.job import Job, new_id, now

PREPARED = "prepared"
CONFIGURATION = "[core]\n    no_scm = true\n    analytics = false\n[cache]\n    dir = {cache}\n"


def run(context: Context, source: Source, causes: tuple[Trigger, ...]) -> Run:
    """Prepare the folder, or go on in it after a kill, and reproduce."""
    release, project = release_of(Path(source.path))
    id_ = source.id or new_id()
    folder = folder_of(release, id_)
    tree = folder / "pipeline"
    process.sweep_orphans(tree)
    _prepare(context, source, release, folder)
    own = context.own("dvc", DvcSettings)
    locks.wait(tree, own.wait_seconds, context.tell)
    planned = plan.load(tree, own.targets)
    revision = revision_of(release)
    before = Tracked(Files(release / "pipeline", walk=True))
    env = process.project_environment(Path(source.python or context.python))
    tracker = context.track(workspace.run_plan(id_, source, revision, causes=causes))
    words = (*_force(context, tracker, planned, before, env), *workspace.targets(context))
    job = Job(
        id=id_,
        context=context,
        source=source,
        root=tree,
        project=tree / project,
        folder=folder,
        plan=planned,
        before=before.stages,
        tracker=tracker,
        env=env,
        revision=revision,
        started=now(),
    )
    return finish.execute(job, ("repro", *words))


def _force(
    context: Context, tracker: Tracker, planned: plan.Plan, before: Tracked, env: Mapping[str, str]
) -> tuple[str, ...]:
    """`-f` where DVC would hand on what another environment made: it never looks at environments."""
    made = locked.others(tracker, planned, before, env)
    for note in environment.notes(made):
        context.tell(f"running every step again, {note.partition(';')[0]}")
    return ("-f",) if made or context.force else ()


def release_of(path: Path) -> tuple[Path, Path]:
    """The folder of the release that a project lies in, and the project's place in its tree."""
    path = path.resolve()
    for tree in (path, *path.parents):
        if tree.name == "pipeline" and tree.parent.parent.name == "releases":
            return tree.parent, path.relative_to(tree)
    raise SettingsError("this is no deployed pipeline", file=str(path), hint="mlops-ext deliver makes one")


def folder_of(release: Path, id_: str) -> Path:
    """The folder of one execution: the same for the same id."""
    return release / "runs" / re.sub(r"[^A-Za-z0-9._-]+", "-", id_)


def copy_tree(release: Path, tree: Path) -> None:
    """The release's small tree, with the local configuration of its target: no Git, its cache."""
    shutil.copytree(release / "pipeline", tree, symlinks=True)
    written = release / "config.local"
    cache = release.parent.parent / "cache"
    text = written.read_text(encoding="utf-8") if written.is_file() else CONFIGURATION.format(cache=cache)
    durable.write_text(tree / ".dvc" / "config.local", text)


def revision_of(release: Path) -> str:
    """The commit that the package was built from."""
    try:
        manifest = json.loads((release / "pipeline" / "mlops-ext-package" / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return ""
    return str(manifest.get("commit", ""))


def _prepare(context: Context, source: Source, release: Path, folder: Path) -> None:
    if (folder / PREPARED).exists():
        context.say(f"going on in {folder.name}")
        return
    durable.remove_tree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tree = folder / "pipeline"
    durable.step("write", copy_tree, release, tree)
    _, project = release_of(Path(source.path))
    supply.bring(context, source, tree, tree / project)
    durable.write_text(folder / PREPARED, now() + "\n")
