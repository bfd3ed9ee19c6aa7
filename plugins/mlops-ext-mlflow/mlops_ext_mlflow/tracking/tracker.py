"""One parent run around an execution of the pipeline, and a run per step, made before it starts.

Scripts join by MLFLOW_RUN_CONTEXT: tags on every run that they start. Never by MLFLOW_RUN_ID, on which
a script that calls `set_experiment` dies, nor by an experiment's id, on which one with its own store dies.
"""

from __future__ import annotations

import getpass
import json
import os
from typing import TYPE_CHECKING

from mlops_ext.errors import MlopsExtError
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store import experiments
from mlops_ext_mlflow.store.calls import change, read
from mlops_ext_mlflow.store.connect import QUIET, Store, connect
from mlops_ext_mlflow.tracking import finish, stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Run, RunPlan


class MlflowTracker:
    """Follows one execution in MLflow."""

    def __init__(
        self, context: Context, store: Store, experiment: str, parent: str, children: dict[str, str]
    ) -> None:
        self._context = context
        self._store = store
        self._experiment = experiment
        self._parent = parent
        self._children = children

    @property
    def run_id(self) -> str:
        """The parent run."""
        return self._parent

    def variables(self, step: str) -> Mapping[str, str]:
        """What the step's command is started with; an empty value takes the variable away."""
        child = self._children.get(step, self._parent)
        tags = {
            "mlflow.parentRunId": child,
            "mlops.run": self._parent,
            "mlops.step": step,
            "mlops.step_run": child,
        }
        return {
            "MLFLOW_TRACKING_URI": self._store.tracking_uri,
            "MLFLOW_REGISTRY_URI": self._store.registry_uri,
            "MLFLOW_EXPERIMENT_NAME": self._experiment,
            "MLFLOW_EXPERIMENT_ID": "",
            "MLFLOW_RUN_ID": "",
            "MLFLOW_RUN_CONTEXT": json.dumps(_users_context() | tags),
            **QUIET,
        }

    def finish(self, run: Run) -> Run:
        """Write what became of each step, close all runs, and give the run back with their ids."""
        try:
            return finish.finish(self._context, self._store, self._parent, self._children, run)
        except MlopsExtError as error:
            if run.status == "finished":
                raise
            # What ended the run is what has to be told; the next call closes what is left open.
            self._context.say(f"the run could not be closed in MLflow: {error}")
            return run


def open_tracker(context: Context, plan: RunPlan) -> MlflowTracker:
    """The parent run and its children, after what a killed execution left was closed."""
    store = connect(context)
    name = (
        context.own("mlflow", MlflowSettings).experiment
        or os.environ.get("MLFLOW_EXPERIMENT_NAME")
        or context.project
    )
    experiment = experiments.ensure(store, name)
    stale.close_stale(store, experiment, plan.source.id, context.say)
    create = store.client.create_run
    parent = str(
        change(
            store, create, experiment, tags=_parent_tags(context, store, plan), run_name=plan.name
        ).info.run_id
    )
    children = {}
    for step in plan.steps:
        tags = {
            "mlflow.parentRunId": parent,
            "mlops.run": parent,
            "mlops.step": step,
            "mlflow.user": getpass.getuser(),
        }
        children[step] = str(change(store, create, experiment, tags=tags, run_name=step).info.run_id)
    return MlflowTracker(context, store, name, parent, children)


def _parent_tags(context: Context, store: Store, plan: RunPlan) -> dict[str, str]:
    source = plan.source
    tags = {
        "mlops.id": source.id,
        "mlops.process": stale.this_process(),
        "mlops.project": context.project,
        "mlops.source": source.kind,
        "mlops.target": source.target,
        "mlops.package": source.package,
        "mlops.causes": "\n".join(plan.causes[:20]),
        "mlflow.user": getpass.getuser(),
        "mlflow.source.name": "mlops-ext",
        "mlflow.source.git.commit": plan.revision,
        "mlflow.parentRunId": _outer_run(store),
    }
    return {name: value for name, value in tags.items() if value}


def _outer_run(store: Store) -> str:
    """A run that someone started around us becomes our parent."""
    outer = os.environ.get("MLFLOW_RUN_ID", "")
    try:
        return str(read(store, store.client.get_run, outer).info.run_id) if outer else ""
    except Exception:  # noqa: BLE001 - a run of another store, or one that is gone, is nobody's parent
        return ""


def _users_context() -> dict[str, str]:
    try:
        given = json.loads(os.environ.get("MLFLOW_RUN_CONTEXT", "{}"))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
