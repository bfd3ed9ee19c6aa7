"""`mlops_validate_pipeline`: what `dvc.yaml` and `dvc.lock` say, against what lies in the workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext.words import listed, plural
from mlops_ext_dvc.checks import outputs
from mlops_ext_dvc.contracts import picture
from mlops_ext_dvc.data import tables
from mlops_ext_dvc.files import cache, command, faults, plan
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import models

HINT = "mlops-ext develop runs what changed"
FIRST = "mlops-ext develop runs the pipeline; then commit dvc.lock"
PULL = "`dvc pull`, or `dvc push` where it was made"
REMAKE = "`dvc pull`, or mlops-ext develop makes them again"
SHOWN = 5
AGREES = "dvc.lock agrees with the workspace"
UNCACHED = "not in cache"
LOST = "neither here nor in the cache"
Status = dict[str, list[Any]]


class Change(NamedTuple):
    """One row of `dvc status`: `what` is changed deps, outs, command and the like; `how` may be empty."""

    stage: str
    what: str
    path: str
    how: str


def validate(context: Context) -> Report:
    """The question is `pipeline`; a `dvc.yaml` that DVC refuses is a settings error."""
    root = cache.find_root(context.root)
    planned = plan.load(root, context.own("dvc", DvcSettings).targets)
    tracked = Tracked(Files(root))
    changes = _changed(context, root, tracked)
    checks = [
        Check(name="dvc.yaml is valid", status=PASS, message=plural(len(planned.steps), "step")),
        *_agreement(changes, tracked),
        *_artifacts(context, root, tracked),
        *outputs.checks(context, root, planned, tracked),
        *_absolute(root, planned),
    ]
    if not planned.steps:
        checks[0] = Check(name="dvc.yaml is valid", status=SKIPPED, message="it has no steps")
    return Report(
        question="pipeline",
        checks=tuple(checks),
        looked_at=plural(len(planned.steps), "step"),
        steps=picture.steps(planned, {change.stage for change in changes if change.how != UNCACHED}),
    )


def status(root: Path) -> Status:
    """What DVC finds changed, by stage; an exit code other than 0 is no answer."""
    done = command.dvc(root, "status", "--json")
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


def _changed(context: Context, root: Path, tracked: Tracked) -> list[Change]:
    changed = [change for stage, entries in status(root).items() for change in _changes(stage, entries)]
    seen = tables.Digests(context)
    told = [_look_again(change, root, tracked, seen) for change in changed]
    seen.save()
    return told


def _agreement(told: list[Change], tracked: Tracked) -> Iterator[Check]:
    bad = [change for change in told if change.how != UNCACHED]
    lost = [change for change in bad if change.how == LOST]
    if lost:
        yield _lost(lost, {item.path for item in tracked.pointers.values()})
    unlocked = [change.stage for change in bad if _never_ran(change.stage, tracked)]
    if unlocked:
        yield _unlocked(list(dict.fromkeys(unlocked)))
    yield from (
        _disagreement(change) for change in bad if change.how != LOST and change.stage not in unlocked
    )
    uncached = sorted({change.path for change in told if change.how == UNCACHED})
    if uncached:
        name, message = "outputs are in DVC's cache", f"not in the cache: {', '.join(uncached)}"
        yield Check(name=name, status=FAIL, severity="warning", message=message, hint="dvc commit")
    if not bad:
        counted = f"{plural(len(tracked.stages), 'stage')}, {plural(len(tracked.pointers), 'pointer')}"
        yield Check(name=AGREES, status=PASS, message=counted)


def _look_again(change: Change, root: Path, tracked: Tracked, seen: tables.Digests) -> Change:
    """Where the cache has nothing DVC looks no further, be the file changed or not there at all."""
    item = tracked.outs.get(change.path)
    if item is None or not item.md5:
        return change
    path = root / change.path
    if not path.exists():
        return change if cache.in_cache(root, item.md5) else change._replace(how=LOST)
    if change.how == UNCACHED and seen.of(path, item) != item.digest:
        return change._replace(how="modified")
    return change


def _never_ran(stage: str, tracked: Tracked) -> bool:
    """DVC then calls each file of the stage modified or deleted, and none of them is."""
    return stage not in tracked.stages and not stage.endswith(".dvc")


def _unlocked(stages: list[str]) -> Check:
    message = (
        f"{listed(stages, SHOWN)} never ran: dvc.lock has nothing of {'it' if len(stages) == 1 else 'them'}"
    )
    return Check(name=AGREES, status=FAIL, message=message, where="dvc.lock", hint=FIRST)


def _lost(changes: list[Change], pointed: set[str]) -> Check:
    """One cause, however many steps read or make what is not here; what steps make can be made again."""
    paths = sorted({change.path for change in changes})
    message = f"{listed(paths, SHOWN)} {'is' if len(paths) == 1 else 'are'} {LOST}"
    where = ", ".join(f"stage {stage}" for stage in dict.fromkeys(change.stage for change in changes))
    hint = PULL if pointed.intersection(paths) else REMAKE
    return Check(name=AGREES, status=ERROR, message=message, where=where, hint=hint)


def _disagreement(change: Change) -> Check:
    message = f"{change.path} is {change.how}" if change.how else change.what
    return Check(name=AGREES, status=FAIL, message=message, where=f"stage {change.stage}", hint=HINT)


def _changes(stage: str, entries: list[Any]) -> Iterator[Change]:
    """`always changed` is a choice and no disagreement."""
    for entry in entries:
        if not isinstance(entry, dict):
            if entry != "always changed":
                yield Change(stage, str(entry), "", "")
            continue
        for what, paths in entry.items():
            for path, how in paths.items():
                if isinstance(how, dict):
                    yield from (Change(stage, what, f"{path}: {key}", str(how[key])) for key in how)
                else:
                    yield Change(stage, what, path, str(how))


def _artifacts(context: Context, root: Path, tracked: Tracked) -> Iterator[Check]:
    declared = {**tracked.models(), **models.declared(context, root, context.root, tracked)}
    for name, path in sorted(declared.items()):
        place, title = root / path, f"artifact {name} is there"
        if not place.exists() and _is_lost(root, tracked, path):
            yield Check(name=title, status=ERROR, message=f"{path} is {LOST}", hint=PULL)
        elif not place.exists():
            yield Check(name=title, status=FAIL, message=f"{path} does not exist", hint=HINT)
        elif not _has_bytes(place):
            yield Check(name=title, status=FAIL, message=f"{path} is empty", hint=HINT)
        else:
            yield Check(name=title, status=PASS, message=path)


def _is_lost(root: Path, tracked: Tracked, path: str) -> bool:
    item = tracked.outs.get(path)
    return item is not None and bool(item.md5) and not cache.in_cache(root, item.md5)


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
