"""Every call to MLflow: bounded retries, one durable step per change, and errors that people can act on."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_mlflow.uris import shown, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlops_ext_mlflow.connect import Store

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
PAUSE = 0.05
# What MLflow itself tried for so long is not tried again.
BUSY_SECONDS = 5.0
# MLflow's own defaults wait for minutes to an hour when a server stops answering.
PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}
TRANSFER = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "600"}
FINAL = ("INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST", "PERMISSION_DENIED")


def read(store: Store, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the store something that changes nothing there."""
    with calling(store.tracking_uri):
        return _again(ask, *args, **kwargs)


def change(store: Store, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Change something in the store: one durable step. Only for acts that may happen twice."""
    with calling(store.tracking_uri):
        return durable.step("store", lambda: _again(act, *args, **kwargs))


def append(store: Store, create: Callable[[], T], find: Callable[[], T | None]) -> T:
    """Make a row that must not be made twice: after an answer that was lost, look whether it is there."""
    with calling(store.tracking_uri, PATIENCE | {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}):
        return durable.step("store", lambda: _append(create, find))


def upload(store: Store, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Like `change`, for files: a server answers only when it has stored the last byte."""
    with calling(store.tracking_uri, PATIENCE | TRANSFER):
        return durable.step("store", lambda: _again(act, *args, **kwargs))


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


def _append(create: Callable[[], T], find: Callable[[], T | None]) -> T:
    end = time.monotonic() + BUSY_SECONDS
    for attempt in range(ATTEMPTS - 1):
        try:
            return create()
        except Exception as error:
            if code(error) in FINAL:
                raise
            time.sleep(PAUSE * 2**attempt)
            found = find()
            if found is not None:
                return found
            if time.monotonic() > end:
                raise
    return create()


def _again(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    for attempt in range(ATTEMPTS - 1):
        try:
            return act(*args, **kwargs)
        except Exception as error:
            if isinstance(error, MlopsExtError | OSError) or code(error) in FINAL:
                raise
            time.sleep(PAUSE * 2**attempt)
    return act(*args, **kwargs)


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
