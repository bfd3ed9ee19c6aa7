"""What an alias points at, by asking for the alias itself: search results carry none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from mlops_ext_mlflow.store.connect import Store

# A missing alias is told by this code, a missing model by the other one.
ABSENT = ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST")


def points_at(store: Store, model: str, alias: str) -> int | None:
    """The number of the version, or None where the alias is not set."""
    try:
        return int(read(store, store.client.get_model_version_by_alias, model, alias).version)
    except Exception as error:
        if code(error) in ABSENT:
            return None
        raise
