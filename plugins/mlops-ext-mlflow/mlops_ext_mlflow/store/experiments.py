"""Experiments by name, made where needed, with a place for files that is never the current folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import SettingsError
from mlops_ext_mlflow.store.calls import change, read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from mlops_ext_mlflow.store.connect import Store


def find(store: Store, name: str) -> str | None:
    """The id of an experiment; a deleted one is a settings error with the two ways out."""
    experiment: Any = read(store, store.client.get_experiment_by_name, name)
    if experiment is None:
        return None
    if experiment.lifecycle_stage == "deleted":
        raise SettingsError(
            f"the experiment {name!r} was deleted in {store.shown}",
            key="tool.mlops-ext.mlflow.experiment",
            hint=f"mlflow experiments restore -x {experiment.experiment_id}, or use another name",
        )
    return str(experiment.experiment_id)


def ensure(store: Store, name: str) -> str:
    """The id of an experiment that is there afterwards."""
    known = find(store, name)
    if known is not None:
        return known
    place = (
        f"{store.artifacts.rstrip('/')}/{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}" if store.artifacts else None
    )
    try:
        return str(change(store, store.client.create_experiment, name, artifact_location=place))
    except Exception as error:
        made = find(store, name) if code(error) == "RESOURCE_ALREADY_EXISTS" else None
        if made is None:
            raise
        return made


def all_ids(store: Store) -> list[str]:
    """The ids of all experiments that were not deleted."""
    found, token = [], None
    while True:
        page = read(store, store.client.search_experiments, max_results=1000, page_token=token)
        found += [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            return found
