"""The end of an execution: steps, hashes and metrics written, runs closed, scripts' models collected."""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from mlops_ext.contract.checks import finite
from mlops_ext_mlflow.store.calls import change, read, upload
from mlops_ext_mlflow.store.uris import is_server
from mlops_ext_mlflow.tracking import adopt, elsewhere, logged, stale
from mlops_ext_mlflow.tracking.makers import Makers, digest_of, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Run, StepRun
    from mlops_ext.contract.refs import Metric, Setting
    from mlops_ext_mlflow.store.connect import Store

STATUS = {"finished": "FINISHED", "failed": "FAILED", "killed": "KILLED"}
STEP_STATUS = {"ran": "FINISHED", "unchanged": "FINISHED", "run-cache": "FINISHED", "failed": "FAILED"}
SKIPPED = ("unchanged", "run-cache")
ODD = re.compile(r"[^A-Za-z0-9_\-./ ]")
BATCH = 100
LONGEST = 240  # of the 250 that MLflow takes
T = TypeVar("T")


def finish(
    context: Context, store: Store, makers: Makers, parent: str, children: Mapping[str, str], run: Run
) -> Run:
    """Write the run and give it back with ids, `made_by`, and the models that scripts logged themselves."""
    experiment = read(store, store.client.get_run, parent).info.experiment_id
    adopt.adopt(store, parent, children, run.steps)
    notes = []
    for step in elsewhere.steps(store, parent, run.steps):
        notes.append(f"step {step.name} uses MLflow, but left no run in {store.shown}: logged elsewhere")
        change(store, store.client.set_tag, children[step.name], "mlops.logged", "elsewhere")
    steps = tuple(_finish_step(store, makers, children, step, run.status) for step in run.steps)
    models = logged.models(context, store, steps, run) if run.status == "finished" else run.models
    steps_env = run.environment or next((step.environment for step in steps if step.environment), "")
    keep(store, parent, run.environments)
    _log(store, parent, run.params, run.metrics, {"mlops.env": steps_env, "mlops.status": run.status})
    stale.close_tree(store, parent, STATUS.get(run.status, "FAILED"))
    return replace(
        run,
        id=parent,
        steps=steps,
        models=models,
        uri=_uri(store, experiment, parent),
        notes=(*run.notes, *notes),
    )


def _finish_step(
    store: Store, makers: Makers, children: Mapping[str, str], step: StepRun, status: str
) -> StepRun:
    child = children.get(step.name, "")
    outs = digest_of(step.outs)
    maker = makers.of(outs) if step.how in SKIPPED else None
    made_by = maker.run if maker else ""
    step = replace(step, run=child, made_by=made_by)
    if not child:
        return step
    tags = {
        "mlops.how": step.how,
        "mlops.env": "" if step.how in SKIPPED else step.environment,
        "mlops.outs": outs,
        "mlops.deps": digest_of(step.deps),
        "mlops.exit": "" if step.exit_code is None else str(step.exit_code),
        "mlops.made_by": made_by or ("unknown" if step.how in SKIPPED else ""),
    }
    _log(store, child, step.params, (), tags, seconds=step.seconds)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "step.json"
        file.write_bytes(msgspec.json.format(msgspec.json.encode(step)))
        upload(store, store.client.log_artifact, child, str(file))
    end = _milliseconds(step)
    ended = "KILLED" if status == "killed" and step.how == "failed" else STEP_STATUS.get(step.how, "KILLED")
    change(store, store.client.set_terminated, child, ended, end_time=end)
    return step


def _log(
    store: Store,
    run: str,
    params: Sequence[Setting],
    metrics: Sequence[Metric],
    tags: Mapping[str, str],
    seconds: float = 0.0,
) -> None:
    from mlflow.entities import Metric as Logged
    from mlflow.entities import Param, RunTag

    now = int(time.time() * 1000)
    # A number that is not one sorts first or last by store, and an infinite one wins comparisons.
    values = {metric.name: finite(metric.value) for metric in metrics}
    values |= {"seconds": seconds} if seconds else {}
    finite_ones = ((name, value) for name, value in values.items() if value is not None)
    numbers = [Logged(name, value, now, 0) for name, value in _keyed(finite_ones)]
    rows = [Param(name, value[:6000]) for name, value in _keyed((one.name, one.value) for one in params)]
    labels = [RunTag(name, value) for name, value in tags.items() if value]
    for at in range(0, max(len(numbers), len(rows), 1), BATCH):
        change(
            store,
            store.client.log_batch,
            run,
            metrics=numbers[at : at + BATCH],
            params=rows[at : at + BATCH],
            tags=labels if at == 0 else [],
        )


def _keyed(values: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """The same by names that MLflow takes; where two become one the second has a number."""
    seen: Counter[str] = Counter()
    for name, value in values:
        key = ODD.sub("_", name)[:LONGEST]
        seen[key] += 1
        yield key if seen[key] == 1 else f"{key}_{seen[key]}", value


def _milliseconds(step: StepRun) -> int | None:
    if not step.started or not step.seconds:
        return None
    return int((datetime.fromisoformat(step.started).timestamp() + step.seconds) * 1000)


def _uri(store: Store, experiment: str, run: str) -> str:
    return (
        f"{store.shown}/#/experiments/{experiment}/runs/{run}"
        if is_server(store.tracking_uri)
        else f"runs:/{run}"
    )
