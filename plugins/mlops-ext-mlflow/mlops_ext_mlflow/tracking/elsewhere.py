"""Steps whose scripts use MLflow, but left no run in the store that they were given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext_mlflow.store.experiments import all_ids
from mlops_ext_mlflow.tracking import adopt, stale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_ext.contract.pipeline import StepRun
    from mlops_ext_mlflow.store.connect import Store

USES = re.compile(rb"^\s*(import|from) mlflow\b", re.MULTILINE)


def steps(store: Store, parent: str, ran: Sequence[StepRun]) -> Iterator[StepRun]:
    """Those that ran to their end and of which nothing is here."""
    using = [step for step in ran if step.how == "ran" and any(map(_uses, _scripts(step)))]
    if not using:
        return
    runs = stale.search(store, all_ids(store), f"tags.`mlops.run` = '{parent}'")
    here = {run.data.tags.get("mlops.step") for run in runs if "mlops.step_run" in run.data.tags}
    yield from (step for step in using if step.name not in here and not _went_on(store, step))


def _went_on(store: Store, step: StepRun) -> bool:
    """Whether the script went on with a run that was there before: then that ended while the step ran."""
    start, end = adopt.span(step)
    where = f"attributes.end_time >= {start} and attributes.end_time <= {end}"
    return any(adopt.is_ours(store, run) for run in stale.search(store, all_ids(store), where))


def _scripts(step: StepRun) -> set[Path]:
    named = {*step.scripts, *(dep.uri for dep in step.deps)}
    return {Path(name) for name in named if name.endswith(".py")}


def _uses(script: Path) -> bool:
    try:
        return USES.search(script.read_bytes()) is not None
    except OSError:
        return False
