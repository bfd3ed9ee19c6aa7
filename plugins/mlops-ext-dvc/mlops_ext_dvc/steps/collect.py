"""What each step did, from the journal, the lock files before and after, and DVC's words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mlops_ext.contract.pipeline import StepRun
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext_dvc.files import faults
from mlops_ext_dvc.files.plan import Step
from mlops_ext_dvc.files.tracked import Item, LockedStage, Tracked
from mlops_ext_dvc.steps import environment, shell
from mlops_ext_dvc.steps.job import Job, stamp
from mlops_ext_dvc.steps.reproduce import Outcome

RAN, UNCHANGED, CACHED, NOT_REACHED, FAILED = "ran", "unchanged", "run-cache", "not-reached", "failed"


def steps(job: Job, after: Tracked, outcome: Outcome, known: environment.Environments) -> tuple[StepRun, ...]:
    """How each step ended, in the order of the plan."""
    journal = shell.read_journal(job.folder)
    tracked = after.outs
    found = []
    for step in job.plan.steps:
        name = step.name
        event, locked = journal.get(name), after.stages.get(name)
        how = _how(name, event, job.before.get(name), locked, outcome)
        now = locked if locked and how not in (FAILED, NOT_REACHED) else LockedStage(name)
        found.append(
            StepRun(
                name=name,
                how=how,
                exit_code=event.code if event else None,
                started=stamp(event.started) if event else "",
                seconds=round(event.ended - event.started, 3) if event and event.ended else 0.0,
                deps=tuple(_ref(item, job.root, item.path in tracked) for item in now.deps),
                outs=tuple(_ref(item, job.root, tracked=True) for item in now.outs),
                params=tuple(flat_params(now.params)),
                environment=known.digest(environment.python_of(step, job.env.get("PATH", ""))),
                scripts=_scripts(step) if event else (),
                why=faults.told(outcome.output) if how == FAILED and not (event and event.code) else "",
            )
        )
    return tuple(found)


def flat_params(params: Mapping[str, Mapping[str, Any]]) -> Iterator[Setting]:
    """Parameters as text; those of another file than params.yaml have its name before them."""
    for file, values in params.items():
        prefix = "" if file == "params.yaml" else f"{file}:"
        for name, value in flatten(values):
            yield Setting(name=prefix + name, value=value if isinstance(value, str) else json.dumps(value))


def flatten(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves of nested mappings by their dotted names."""
    for key, value in values.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, dict):
            yield from flatten(value, name)
        else:
            yield name, value


def _scripts(step: Step) -> tuple[str, ...]:
    words = {word.strip("\"'") for command in step.commands for word in command.split()}
    return tuple(sorted(str(path) for word in words if (path := Path(step.folder, word)).is_file()))


def _how(
    name: str,
    event: shell.Event | None,
    before: LockedStage | None,
    after: LockedStage | None,
    outcome: Outcome,
) -> str:
    failed = outcome.code != 0
    if event:
        broken = event.code != 0 or event.ended is None
        return FAILED if broken or (failed and faults.failed_stage(outcome.output) == name) else RAN
    if failed and not _passed_by(name, outcome.output):
        return FAILED if faults.failed_stage(outcome.output) == name else NOT_REACHED
    if after is None:
        return NOT_REACHED
    return UNCHANGED if after == before else CACHED


def _passed_by(name: str, output: str) -> bool:
    # After a failure only what DVC said it looked at is more than "not reached".
    return f"Stage '{name}' didn't change" in output or f"Stage '{name}' is cached" in output


def _ref(item: Item, root: Path, tracked: bool) -> Ref:
    return Ref(
        kind="data" if tracked else "file", name=item.path, digest=item.digest, uri=str(root / item.path)
    )
