"""One parent run around an execution of the pipeline, and a run per step, made before it starts.

Scripts join by MLFLOW_RUN_CONTEXT: tags on every run that they start. Never by MLFLOW_RUN_ID, on which
a script that calls `set_experiment` dies, nor by an experiment's id, on which one with its own store dies.
"""

from __future__ import annotations

import getpass
import json
import os
from functools import cached_property
from typing import TYPE_CHECKING

from mlops_ext.errors import MlopsExtError
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store import experiments
from mlops_ext_mlflow.store.calls import change, read
from mlops_ext_mlflow.store.connect import QUIET, Store, connect
from mlops_ext_mlflow.tracking import finish, stale
from mlops_ext_mlflow.tracking.makers import Makers, digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Maker, Run, RunPlan
    from mlops_ext.contract.refs import Ref


class MlflowTracker:
    """Follows one execution in MLflow; a run is made when it is first needed."""

    def __init__(self, context: Context, store: Store, experiment: tuple[str, str], plan: RunPlan) -> None:
        self._context = context
        self._store = store
        self._experiment, self._name = experiment
        self._plan = plan
        self._children: dict[str, str] = {}
        self._makers = Makers(store, self._experiment)

    @cached_property
    def run_id(self) -> str:
        """The parent run."""
        return self._create(_parent_tags(self._context, self._store, self._plan), self._plan.name)

    def _child(self, step: str) -> str:
        if step not in self._children:
            tags = {"mlflow.parentRunId": self.run_id, "mlops.run": self.run_id, "mlops.step": step}
            self._children[step] = self._create({**tags, "mlflow.user": getpass.getuser()}, step)
        return self._children[step]

    def _create(self, tags: dict[str, str], name: str) -> str:
        create = self._store.client.create_run
        return str(change(self._store, create, self._experiment, tags=tags, run_name=name).info.run_id)

    def variables(self, step: str) -> Mapping[str, str]:
        """What the step's command is started with; an empty value takes the variable away."""
        child = self._child(step)
        tags = {
            "mlflow.parentRunId": child,
            "mlops.run": self.run_id,
            "mlops.step": step,
            "mlops.step_run": child,
        }
        return {
            "MLFLOW_TRACKING_URI": self._store.tracking_uri,
            "MLFLOW_REGISTRY_URI": self._store.registry_uri,
            "MLFLOW_EXPERIMENT_NAME": self._name,
            "MLFLOW_EXPERIMENT_ID": "",
            "MLFLOW_RUN_ID": "",
            "MLFLOW_RUN_CONTEXT": json.dumps(_users_context() | tags),
            **QUIET,
        }

    def maker(self, outs: tuple[Ref, ...], environment: str) -> Maker | None:
        """The newest run of this experiment that made exactly these outputs."""
        found = self._makers.of(digest_of(outs))
        return self._makers.with_packages(found) if found and found.environment != environment else found

    def finish(self, run: Run) -> Run:
        """Write what became of each step, close all runs, and give the run back with their ids."""
        try:
            return finish.finish(self._context, self._store, self._makers, self.run_id, self._children, run)
        except MlopsExtError as error:
            if run.status == "finished":
                raise
            # What ended the run is what has to be told; the next call closes what is left open.
            self._context.tell(f"the run could not be closed in MLflow: {error}")
            return run


def open_tracker(context: Context, plan: RunPlan) -> MlflowTracker:
    """The tracker, after what a killed execution left was closed; the steps of the plan have their runs."""
    store = connect(context)
    name = (
        context.own("mlflow", MlflowSettings).experiment
        or os.environ.get("MLFLOW_EXPERIMENT_NAME")
        or context.project
    )
    experiment = experiments.ensure(store, name)
    stale.close_stale(store, experiment, plan.source.id, context.tell)
    tracker = MlflowTracker(context, store, (experiment, name), plan)
    for step in plan.steps:
        tracker.variables(step)
    return tracker


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
    outer = os.environ.get("MLFLOW_RUN_ID") or _users_context().get("mlflow.parentRunId", "")
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
