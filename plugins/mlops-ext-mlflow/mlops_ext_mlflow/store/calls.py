"""Every call to MLflow: bounded retries, and one durable step per change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from mlops_ext import durable
from mlops_ext.errors import MlopsExtError
from mlops_ext_mlflow.store.patience import FINAL, PATIENCE, TRANSFER, calling, code

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_ext_mlflow.store.connect import Store

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
PAUSE = 0.05
# What MLflow itself tried for so long is not tried again.
BUSY_SECONDS = 5.0


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
