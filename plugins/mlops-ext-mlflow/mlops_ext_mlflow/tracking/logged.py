"""Models that the team's own scripts logged, so that nothing is logged twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlops_ext.contract.pipeline import ModelFile
from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.experiments import all_ids
from mlops_ext_mlflow.tracking import stale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Run, StepRun
    from mlops_ext_mlflow.store.connect import Store


def models(context: Context, store: Store, steps: Sequence[StepRun], run: Run) -> tuple[ModelFile, ...]:
    """The models of the settings, each with the URI under which its step's script logged it."""
    by_step = {step.name: _of_step(store, step) for step in steps}
    if not any(by_step.values()):
        return run.models
    known = {model.name: _with_uri(context, model, steps, by_step) for model in run.models}
    every = [found for step in by_step.values() for found in step]
    for name in context.settings.models:
        found = _pick(name, every, alone=len(context.settings.models) == 1) if name not in known else None
        if found:
            known[name] = ModelFile(name=name, path="", digest="", logged=f"models:/{found.model_id}")
    return tuple(known.values())


def _of_step(store: Store, step: StepRun) -> list[Any]:
    """Logged models of the runs below the one that made this step's outputs."""
    maker = step.run if step.how == "ran" else step.made_by
    if not maker:
        return []
    runs = stale.search(store, all_ids(store), f"tags.`mlops.step_run` = '{maker}'")
    ids = dict.fromkeys(out.model_id for run in runs if run.outputs for out in run.outputs.model_outputs)
    found = [read(store, store.client.get_logged_model, one) for one in ids]
    return [model for model in found if str(model.status).endswith("READY")]


def _with_uri(
    context: Context, model: ModelFile, steps: Sequence[StepRun], by_step: Mapping[str, list[Any]]
) -> ModelFile:
    made = next((step for step in steps if any(_same(out.name, model.path) for out in step.outs)), None)
    candidates = by_step[made.name] if made else []
    found = _pick(model.name, candidates, alone=True)
    if candidates and not found:
        context.say(
            f"several models were logged beside {model.path}, none is called {model.name}: the file is taken"
        )
    return replace(model, logged=f"models:/{found.model_id}") if found else model


def _pick(name: str, found: list[Any], *, alone: bool) -> Any:
    named = [model for model in found if model.name == name]
    return named[0] if named else found[0] if alone and len(found) == 1 else None


def _same(out: str, path: str) -> bool:
    return path == out or path.endswith(f"/{out}")
