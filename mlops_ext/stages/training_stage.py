"""The pipeline's own steps in place of an adapter: from a table to the model's file, in a copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mlops_ext import git
from mlops_ext.contract.pipeline import StepPlan
from mlops_ext.contract.settings import ModelSettings
from mlops_ext.errors import SettingsError
from mlops_ext.session import Session
from mlops_ext.words import listed, nearest

MODELS = (".joblib", ".pkl", ".pickle", ".skops", ".ubj", ".json", ".cbm", ".txt", ".lgb", ".pt", ".onnx")


def stage_of(session: Session, name: str, model: ModelSettings, table: Path, scratch: Path) -> dict[str, Any]:
    """What the plugin is told: a tree without what the steps make, the steps, the table and the model."""
    described = session.dispatcher.ask_role("mlops_describe_steps", context=session.context) or ()
    last = _last(session, name, model, described)
    steps = _between(described, last, table)
    if not steps:
        raise SettingsError(
            f"step {last.name} does not read {session.context.relative(table)}",
            key=f"models.{name}.training.table",
            hint=f"name a table that it reads: {_listed(session, last.deps)}",
        )
    made = [out for step in steps for out in step.outs]
    read = [dep for step in steps for dep in step.deps if dep not in made and not _holds(dep, str(table))]
    top = session.context.top
    tree = scratch / "tree"
    _copy(top, tree, [*(str(top / file) for file in git.files(top)), *read], leave_out=[*made, str(table)])
    return {
        "tree": str(tree),
        "table": os.path.relpath(table, top),
        "model": os.path.relpath(_model(session, name, model, last), top),
        "steps": [_told(step, top) for step in steps],
    }


def _last(session: Session, name: str, model: ModelSettings, steps: Sequence[StepPlan]) -> StepPlan:
    """The step that the settings name, else the one that makes the model's file."""
    named = model.training.stage if model.training else ""
    file = str(session.context.root / model.file)
    found = [
        step
        for step in steps
        if (step.name.rpartition(":")[2] == named.rpartition(":")[2] if named else file in step.outs)
    ]
    if found:
        return found[0]
    key = "stage" if named else "adapter"
    hint = nearest(named, [step.name for step in steps]) or "name an adapter, or the stage that trains"
    what = (
        f"the pipeline has no step `{named}`" if named else "no adapter, and no step makes the model's file"
    )
    raise SettingsError(what, key=f"models.{name}.training.{key}", hint=hint)


def _model(session: Session, name: str, model: ModelSettings, last: StepPlan) -> str:
    files = [str(session.context.root / model.file)] if model.file else list(last.outs)
    models = [file for file in files if Path(file).suffix.lower() in MODELS]
    if len(models) == 1:
        return models[0]
    raise SettingsError(
        f"which file of step {last.name} is the model?",
        key=f"models.{name}.file",
        hint=f"it makes {_listed(session, last.outs)}",
    )


def _listed(session: Session, paths: Iterable[str]) -> str:
    return listed([session.context.relative(path) for path in paths])


def _between(steps: Sequence[StepPlan], last: StepPlan, table: Path) -> list[StepPlan]:
    """The steps up to the last that the table reaches; the last alone where it reads the table itself."""
    if any(_holds(dep, str(table)) for dep in last.deps):
        return [last]
    reached = [str(table)]
    found = []
    for step in steps:
        if any(_holds(dep, one) or _holds(one, dep) for dep in step.deps for one in reached):
            reached += step.outs
            found.append(step)
        if step is last:
            break
    return found if found and found[-1] is last else []


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _copy(top: Path, tree: Path, paths: Iterable[str], leave_out: Sequence[str]) -> None:
    for path in dict.fromkeys(paths):
        if not os.path.exists(path) or any(_holds(one, path) for one in leave_out):
            continue
        target = tree / os.path.relpath(path, top)
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.isdir(path):
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, target)


def _told(step: StepPlan, top: Path) -> dict[str, Any]:
    return {
        "name": step.name,
        "folder": os.path.relpath(step.folder, top),
        "commands": list(step.commands),
        "outs": [os.path.relpath(out, top) for out in step.outs],
    }
