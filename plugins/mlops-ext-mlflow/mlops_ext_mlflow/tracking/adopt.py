"""Runs that MLflow put no context on: made by the low-level client, found by when they were begun."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mlops_ext_mlflow.store.calls import change
from mlops_ext_mlflow.store.experiments import all_ids
from mlops_ext_mlflow.tracking import stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_ext.contract.pipeline import StepRun
    from mlops_ext_mlflow.store.connect import Store

PARENT = "mlflow.parentRunId"
BEGAN = ("ran", "failed")
Spans = dict[str, tuple[int, int]]


def adopt(store: Store, parent: str, children: Mapping[str, str], steps: Sequence[StepRun]) -> None:
    """Give such runs to the step that ran when they were begun.

    In a store that others reach, only those that say they are this user's: the rest may be anybody's.
    """
    spans = {
        step.name: span(step)
        for step in steps
        if step.how in BEGAN and step.started and step.name in children
    }
    if not spans:
        return
    first, last = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
    where = f"attributes.start_time >= {first} and attributes.start_time <= {last}"
    found = [run for run in stale.search(store, all_ids(store), where) if _free(store, run)]
    known = {run.info.run_id for run in found}
    for run in found:
        above, step = run.data.tags.get(PARENT, ""), _step_at(spans, run.info.start_time)
        if step and (not above or above in known):
            _give(store, run.info.run_id, {} if above else {PARENT: children[step]}, step, children, parent)


def _free(store: Store, run: Any) -> bool:
    return not any(name.startswith("mlops.") for name in run.data.tags) and is_ours(store, run)


def is_ours(store: Store, run: Any) -> bool:
    """Whether a run is this user's; in a store that only this machine has, all are."""
    return store.local or run.data.tags.get("mlflow.user", run.info.user_id) == getpass.getuser()


def _give(
    store: Store, run: str, above: dict[str, str], step: str, children: Mapping[str, str], parent: str
) -> None:
    tags = {**above, "mlops.step": step, "mlops.step_run": children[step], "mlops.run": parent}
    for name, value in tags.items():
        change(store, store.client.set_tag, run, name, value)


def _step_at(spans: Spans, moment: int) -> str:
    return next((name for name, (start, end) in spans.items() if start <= moment <= end), "")


def span(step: StepRun) -> tuple[int, int]:
    """When a step ran, in milliseconds since 1970."""
    start = datetime.fromisoformat(step.started).timestamp()
    # Of a step that was killed nobody saw the end.
    end = start + step.seconds if step.seconds else datetime.now().astimezone().timestamp()
    return int(start * 1000), int(end * 1000) + 1
