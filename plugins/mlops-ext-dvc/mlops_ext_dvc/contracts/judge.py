"""The step contracts of a sample run: each artifact, each boundary between steps, each foreign write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check
from mlops_ext.errors import MlopsExtError, RefusedError
from mlops_ext.words import listed, plural
from mlops_ext_dvc.contracts import artifacts, columns, contents, reference, shapes, writes
from mlops_ext_dvc.data.tables import Digests
from mlops_ext_dvc.steps import collect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import StepRun
    from mlops_ext_dvc.contracts.artifacts import Artifact
    from mlops_ext_dvc.files.plan import Plan
    from mlops_ext_dvc.files.tracked import Tracked
    from mlops_ext_dvc.steps.shell import Event

BOUNDARY = "columns are those that the next step was built on"
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A run that has ended in `tree`, and the team's `root` with the last good one; both DVC projects.

    `project` is the folder in the tree that the settings' paths start at; `begun` when the run began.
    """

    context: Context
    root: Path
    tree: Path
    project: Path
    plan: Plan
    tracked: Tracked
    last: Tracked
    steps: tuple[StepRun, ...]
    events: Mapping[str, Event]
    begun: int


def checks(bench: Bench) -> tuple[Check, ...]:
    """All of them; of steps that did not end well nothing is expected."""
    seen = Digests(bench.context)
    found = artifacts.declared(bench.context, bench.tree, bench.project, bench.plan, bench.tracked)
    told = [check for one in found if _is_expected(bench, one) for check in _artifact(bench, one, seen)]
    seen.save()
    return (*told, *_foreign(bench))


def _is_expected(bench: Bench, one: Artifact) -> bool:
    if one.kept:
        return False
    ended = {step.name: step.how for step in bench.steps}
    if one.step:
        event = bench.events.get(one.step)
        return ended.get(one.step) == collect.RAN or (event is not None and event.code == 0)
    return all(how == collect.RAN for name, how in ended.items() if not _is_frozen(bench, name))


def _is_frozen(bench: Bench, name: str) -> bool:
    return any(step.name == name and step.frozen for step in bench.plan.steps)


def _artifact(bench: Bench, one: Artifact, seen: Digests) -> Iterator[Check]:
    path = bench.tree / one.path
    name = f"{one.kind} {one.path} is made"
    if not path.exists():
        yield Check(name=name, status=FAIL, message=f"{one.path} is not there after the run", where=one.where)
        return
    if not writes.is_new(path, bench.begun):
        message = f"{one.path} is stale: no step of this run wrote it"
        yield Check(name=name, status=FAIL, message=message, where=one.where, hint=_stale_hint(one))
        return
    known = reference.of(bench.context, bench.root, bench.last, seen, one.path)
    content = contents.look(path, one.path)
    if content.fault:
        yield artifacts.broken(one, name, content, was_empty=known.size == 0)
        return
    yield Check(name=name, status=PASS, message=content.said, where=one.where)
    if one.takers and (path.is_dir() or shapes.is_table(one.path)):
        yield from _boundary(bench, one, known)


def _stale_hint(one: Artifact) -> str:
    if one.step:
        return f"let stage {one.step} write it each time, without `persist`"
    return "let a stage make it and name it in its outs, or take it out of dvc.yaml"


def _boundary(bench: Bench, one: Artifact, known: reference.Reference) -> Iterator[Check]:
    after = f"{one.where}, read by {', '.join(one.takers)}"
    if known.path is None:
        yield Check(name=BOUNDARY, status=SKIPPED, message=f"{one.path}: {known.why}", where=after)
        return
    yield from _compared(bench, one, known.path, after)


def _compared(bench: Bench, one: Artifact, known: Path, where: str) -> Iterator[Check]:
    for name, then, now in _pairs(known, bench.tree / one.path, one.path):
        try:
            before = shapes.of(bench.context, then, name)
        except MlopsExtError as error:
            # The last good run's can't be read either: it is no fault of this one.
            message = f"{name} of the last run can't be compared: {error.what}"
            yield Check(name=BOUNDARY, status=SKIPPED, message=message, where=where, hint=error.hint)
            continue
        if before is not None:
            yield from _beside(bench, one, before, name, now, where)


def _beside(
    bench: Bench, one: Artifact, before: shapes.Shape, name: str, now: Path, where: str
) -> Iterator[Check]:
    try:
        after = shapes.of(bench.context, now, name)
        bad = list(columns.changes(before, after)) if after else []
    except MlopsExtError as error:
        status = FAIL if isinstance(error, RefusedError) else ERROR
        message = f"{name}: {error.what}"
        yield Check(name=BOUNDARY, status=status, message=message, where=where, hint=error.hint)
        return
    yield from (_change(one, name, change, where) for change in bad)
    if after is None:
        yield Check(name=BOUNDARY, status=FAIL, message=f"{name} has no columns any more", where=where)
    elif not bad:
        more = columns.new(before, after)
        added = f", new: {listed(more, SHOWN)}" if more else ""
        message = f"{name}: {plural(len(after.columns), 'column')}{added}"
        yield Check(name=BOUNDARY, status=PASS, message=message, where=where)


def _pairs(then: Path, now: Path, name: str) -> Iterator[tuple[str, Path, Path]]:
    """Tables to compare: the file, a folder of Parquet as one, else the files that both folders have."""
    if not now.is_dir():
        yield name, then, now
        return
    files = sorted(file.relative_to(now).as_posix() for file in now.rglob("*") if file.is_file())
    if files and all(contents.form_of(file) == "parquet" for file in files):
        yield name, then, now
        return
    for file in files:
        if shapes.is_table(file) and (then / file).is_file():
            yield f"{name}/{file}", then / file, now / file


def _change(one: Artifact, name: str, change: columns.Change, where: str) -> Check:
    doubt = "fewer rows may do this by missing values; a full run tells" if change.doubtful else ""
    return Check(
        name=BOUNDARY,
        status=FAIL,
        message=f"{name}: {change.message}",
        column=change.column,
        value=change.now or None,
        limit=change.before,
        where=where,
        severity="warning" if change.doubtful else "critical",
        hint=doubt or f"mend stage {one.step}, or run `mlops-ext develop` where it is meant",
    )


def _foreign(bench: Bench) -> Iterator[Check]:
    found = writes.foreign(bench.tree, bench.plan, bench.events, bench.begun)
    for write in found:
        if write.kind:
            whose = f"which stage {write.owner} {'makes' if write.kind == 'output' else 'reads'}"
            yield Check(
                name="steps write to their outputs only",
                status=FAIL,
                message=f"{write.path} was changed, {whose}",
                where=f"stage {write.stage}" if write.stage else "",
                hint="each run would change it again: write to an output of its own",
            )
    loose = [write for write in found if not write.kind]
    if loose:
        shown = listed([f"{write.path} (stage {write.stage})" for write in loose], SHOWN)
        yield Check(
            name="steps write to their outputs only",
            status=FAIL,
            severity="warning",
            message=f"no stage declares {shown}",
            hint="name it in outs, or let Git ignore it",
        )
