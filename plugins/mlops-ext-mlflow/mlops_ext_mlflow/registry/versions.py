"""Registered versions, as MLflow lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext_mlflow.store.connect import Store


def get(store: Store, model: str, number: int) -> Any:
    """One version, or None where it is not there."""
    try:
        return read(store, store.client.get_model_version, model, str(number))
    except Exception as error:
        if code(error) == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise


def newest_first(store: Store, model: str, page: int = 50) -> Iterator[Any]:
    """All versions of a model; none where there is no such model."""
    token: str | None = None
    while True:
        found = read(
            store,
            store.client.search_model_versions,
            f"name = '{model}'",
            max_results=page,
            order_by=["version_number DESC"],
            page_token=token,
        )
        yield from found
        token = found.token
        if not token:
            return
