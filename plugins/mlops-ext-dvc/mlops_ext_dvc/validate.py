"""`mlops_validate_pipeline`: what `dvc.yaml` and `dvc.lock` say, against what lies in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError

from mlops_ext_dvc import cache, faults, models, plan, reproduce
from mlops_ext_dvc.lock import Tracked
from mlops_ext_dvc.project import Files
from mlops_ext_dvc.settings import DvcSettings

HINT = "mlops-ext develop runs what changed"
Status = dict[str, list[Any]]


def validate(context: Context) -> Report:
    """The question is `pipeline`; a `dvc.yaml` that DVC refuses is a settings error."""
    root = cache.find_root(context.root)
    planned = plan.load(root, context.own("dvc", DvcSettings).targets)
    tracked = Tracked(Files(root))
    checks = [
        Check(name="dvc.yaml is valid", status=PASS, message=f"{len(planned.steps)} steps"),
        *_agreement(context, root, tracked),
        *_artifacts(context, root, tracked),
        *_absolute(root, planned),
    ]
    if not planned.steps:
        checks[0] = Check(name="dvc.yaml is valid", status=SKIPPED, message="it has no steps")
    return Report(question="pipeline", checks=tuple(checks), looked_at=f"{len(planned.steps)} steps")


def status(root: Path) -> Status:
    """What DVC finds changed, by stage; an exit code other than 0 is no answer."""
    done = reproduce.dvc(root, "status", "--json")
    if done.code != 0:
        text = faults.told(done.stderr) or done.stderr.strip()[-300:]
        if faults.is_busy(done.stderr):
            hint = "wait for the other run, then call again"
            raise CouldNotTellError("another DVC run holds this workspace", hint=hint)
        raise CouldNotTellError(f"dvc status could not tell: {text}", hint="`dvc status` shows more")
    try:
        return dict(json.loads(done.stdout))
    except ValueError as error:
        raise CouldNotTellError("dvc status gave no JSON", where=done.stdout[:200]) from error


def _agreement(context: Context, root: Path, tracked: Tracked) -> Iterator[Check]:
    name = "dvc.lock agrees with the workspace"
    changed = [change for stage, entries in status(root).items() for change in _changes(stage, entries)]
    bad = [(stage, what, path, how) for stage, what, path, how in changed if how != "not in cache"]
    for stage, what, path, how in bad:
        lost = how == "deleted" and what == "changed outs" and not _cached(root, tracked, path)
        hint = "`dvc pull`, or `dvc push` where it was made" if lost else HINT
        message = f"{path or what} is {how}" if how else what
        where = f"stage {stage}"
        yield Check(name=name, status=ERROR if lost else FAIL, message=message, where=where, hint=hint)
    uncached = sorted(path for _, _, path, how in changed if how == "not in cache")
    if uncached:
        message = f"not in the cache: {', '.join(uncached)}"
        yield Check(name="outputs are in DVC's cache", status=FAIL, severity="warning", message=message, hint="dvc commit")
    if not bad:
        yield Check(name=name, status=PASS, message=f"{len(tracked.stages)} stages, {len(tracked.pointers)} pointers")


def _changes(stage: str, entries: list[Any]) -> Iterator[tuple[str, str, str, str]]:
    """Rows of stage, what changed, path, how. `always changed` is a choice and no disagreement."""
    for entry in entries:
        if not isinstance(entry, dict):
            if entry != "always changed":
                yield stage, str(entry), "", ""
            continue
        for what, paths in entry.items():
            for path, how in paths.items():
                if isinstance(how, dict):
                    yield from ((stage, what, f"{path}: {key}", str(value)) for key, value in how.items())
                else:
                    yield stage, what, path, str(how)


def _cached(root: Path, tracked: Tracked, path: str) -> bool:
    item = tracked.outs.get(path)
    return item is None or not item.md5 or cache.in_cache(root, item.md5)


def _artifacts(context: Context, root: Path, tracked: Tracked) -> Iterator[Check]:
    declared = {**tracked.models(), **models.declared(context, root, context.root, tracked)}
    for name, path in sorted(declared.items()):
        place, title = root / path, f"artifact {name} is there"
        if not place.exists():
            yield Check(name=title, status=FAIL, message=f"{path} does not exist", hint=HINT)
        elif not _has_bytes(place):
            yield Check(name=title, status=FAIL, message=f"{path} is empty", hint=HINT)
        else:
            yield Check(name=title, status=PASS, message=path)


def _has_bytes(path: Path) -> bool:
    files = path.rglob("*") if path.is_dir() else [path]
    return any(file.is_file() and file.stat().st_size > 0 for file in files)


def _absolute(root: Path, planned: plan.Plan) -> Iterator[Check]:
    for step in planned.steps:
        if any(str(root) in command for command in step.commands):
            yield Check(
                name="commands name no absolute path of this workspace",
                status=FAIL,
                severity="warning",
                message="a sample run and a deployed pipeline would read this workspace",
                where=f"stage {step.name}",
                hint="write the path relative to dvc.yaml",
            )
