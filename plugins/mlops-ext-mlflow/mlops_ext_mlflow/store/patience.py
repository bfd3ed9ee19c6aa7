"""How long MLflow tries, and what it raises as errors that people can act on."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_mlflow.store.uris import shown, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# MLflow's own defaults wait for minutes to an hour when a server stops answering.
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}
TRANSFER = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "600"}
FINAL = ("INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST", "PERMISSION_DENIED")


def code(error: BaseException) -> str:
    """MLflow's error code, or an empty string."""
    return str(getattr(error, "error_code", ""))


@contextmanager
def calling(uri: str, patience: Mapping[str, str] | None = None) -> Iterator[None]:
    """MLflow's patience shortened where the user set none; what it raises told without secrets.

    Codes that callers decide on (an absent thing, one that is there already) pass as they are.
    """
    wanted = PATIENCE if patience is None else patience
    unset = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(unset)
    try:
        yield
    except MlopsExtError:
        raise
    except Exception as error:
        if code(error) in FINAL[:3]:
            raise
        raise _told(uri, error) from error
    finally:
        for name in unset:
            os.environ.pop(name, None)


def _told(uri: str, error: Exception) -> CouldNotTellError:
    message = without_userinfo(str(error)).strip().partition("\n")[0][:300]
    if code(error) in {"PERMISSION_DENIED", "UNAUTHENTICATED"}:
        return CouldNotTellError(
            f"not authorised at {shown(uri)}", hint="check MLFLOW_TRACKING_USERNAME and the like"
        )
    return CouldNotTellError(
        f"MLflow at {shown(uri)} did not do it: {message or type(error).__name__}",
        hint="mlops-ext doctor asks the store; nothing was concluded",
    )
