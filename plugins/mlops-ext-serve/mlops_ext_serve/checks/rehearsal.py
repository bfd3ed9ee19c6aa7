"""The real application over real HTTP on a port of its own, with a log that is thrown away."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from mlops_ext.contract.targets import Target
from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.checks.bench import Bench
from mlops_ext_serve.place import Place
from mlops_ext_serve.predictions.log import PredictionLog
from mlops_ext_serve.serving.app import make_app
from mlops_ext_serve.serving.bring import reader_for
from mlops_ext_serve.serving.engine import Engine, Facts
from mlops_ext_serve.serving.service import Server, bind, server_config
from mlops_ext_serve.serving.state import State

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context


class Rehearsal:
    """Posts bodies to a service that serves nobody else."""

    def __init__(self, port: int) -> None:
        self._port = port

    def post(self, body: object) -> tuple[int, dict[str, Any]]:
        """Status and answer; bytes are sent as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body, allow_nan=False).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60.0)
        try:
            connection.request("POST", "/invocations", sent, {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, dict(json.loads(answer.read()))
        finally:
            connection.close()


@contextlib.contextmanager
def rehearse(context: Context, bench: Bench) -> Iterator[Rehearsal]:
    """Serve the model on the bench while the block runs."""
    with tempfile.TemporaryDirectory(prefix="mlops-ext-") as folder:
        place = Place(Path(folder))
        version = bench.version
        facts = Facts(model=version.model, version=version.version, digest=version.digest)
        reader = reader_for(context, version.model, bench.features, bench.settings)
        state = State(version.model, "rehearsal", os.getpid(), bench.metrics)
        with contextlib.closing(PredictionLog(place.log)) as log:
            state.engine = Engine(
                facts, reader, bench.runner, log, bench.settings, bench.metrics, context.say
            )
            app = make_app(state, bench.settings, bench.metrics, _nothing)
            listener = bind(Target(name="rehearsal", kind="local-service"), place)
            with (
                contextlib.closing(listener),
                _running(Server(server_config(app, bench.settings), _quiet), listener),
            ):
                yield Rehearsal(listener.getsockname()[1])
            state.engine.finish()
            state.engine.join(bench.settings.predict_seconds)


@contextlib.contextmanager
def _running(server: uvicorn.Server, listener: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join(30.0)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    for _ in range(1000):
        if server.started:
            return
        thread.join(0.01)
        if not thread.is_alive():
            break
    raise CouldNotTellError("the service's application did not start")


@contextlib.asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _quiet() -> None:
    """Nobody has to be told where it answers."""
