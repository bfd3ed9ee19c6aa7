"""One client per pair of URIs, made once per process, never by MLflow's global state."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store import contact, home
from mlops_ext_mlflow.store.patience import calling
from mlops_ext_mlflow.store.uris import is_server, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlflow import MlflowClient

    from mlops_ext.contract.context import Context

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}

_stores: dict[tuple[str, str], Store] = {}
_making = threading.Lock()


@dataclass(frozen=True)
class Store:
    """An MLflow that answered. `artifacts`: where new experiments put files, empty where a server decides."""

    tracking_uri: str
    registry_uri: str
    artifacts: str
    client: MlflowClient

    @property
    def local(self) -> bool:
        """Whether what it holds is lost with this machine."""
        return home.is_file(self.tracking_uri) or home.is_file(self.registry_uri)

    @property
    def shown(self) -> str:
        """How people are shown it: no user, no password, no query."""
        return shown(self.tracking_uri)


def connect(context: Context) -> Store:
    """The store that the settings, the environment or the project name, after its first answer."""
    own = context.own("mlflow", MlflowSettings)
    tracking, registry = uris(context, own)
    with _making:
        if (tracking, registry) not in _stores:
            with _uncollected():
                _stores[tracking, registry] = _connect(context, own, tracking, registry)
        return _stores[tracking, registry]


def uris(context: Context, own: MlflowSettings) -> tuple[str, str]:
    """The tracking and the registry URI that are meant, without asking anyone."""
    tracking = _meant(own.tracking_uri, "MLFLOW_TRACKING_URI", context.root) or home.default_uri(context.root)
    return tracking, _meant(own.registry_uri, "MLFLOW_REGISTRY_URI", context.root) or tracking


def _meant(setting: str, variable: str, root: Path) -> str:
    return (
        home.absolute(setting, root) if setting else home.absolute(os.environ.get(variable, ""), Path.cwd())
    )


def be_quiet() -> None:
    """Telemetry and progress bars off; MLflow reads some of this when it is first imported."""
    os.environ.update(QUIET)
    # It warns that our environment is not the model's; the model runs only in its own.
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")


@contextmanager
def _uncollected() -> Iterator[None]:
    # Two thousand modules are no garbage: looking through them, now and at exit, takes half a second.
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _connect(context: Context, own: MlflowSettings, tracking: str, registry: str) -> Store:
    be_quiet()
    for uri in dict.fromkeys((tracking, registry)):
        if is_server(uri):
            contact.reach_server(uri, min(own.contact_seconds, context.left()))
        else:
            home.prepare(uri, context.root, context.say)
    from mlflow import MlflowClient

    with calling(tracking):
        client = MlflowClient(tracking_uri=tracking, registry_uri=registry)
        client.search_experiments(max_results=1)
    return Store(
        tracking, registry, "" if is_server(tracking) else home.artifacts(tracking, own, context.root), client
    )
