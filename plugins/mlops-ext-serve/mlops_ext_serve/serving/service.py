"""The service in the foreground: one per folder, until INT or TERM."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from mlops_ext import process
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.place import Place
from mlops_ext_serve.predictions.log import PredictionLog
from mlops_ext_serve.serving.address import Address, read_address, write
from mlops_ext_serve.serving.app import make_app
from mlops_ext_serve.serving.bring import Bringer
from mlops_ext_serve.serving.follow import Follower
from mlops_ext_serve.serving.state import State
from mlops_ext_serve.serving.talk import begin, say
from mlops_ext_serve.settings import ServeSettings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.targets import Target


def serve(context: Context, target: Target) -> None:
    """Serve the target's model until INT or TERM, then answer what was taken and return."""
    begin()
    place = Place(Path(target.path))
    settings = context.own("serve", ServeSettings)
    with holding(place.lock), contextlib.closing(PredictionLog(place.log)) as log:
        metrics = Metrics()
        state = State(target.model, secrets.token_hex(8), os.getpid(), metrics)
        bringer = Bringer(context, place, log, settings, metrics, say)
        follower = Follower(bringer, state, target, _poll_seconds(context, target))
        app = make_app(state, settings, metrics, lambda: _following(follower, state, settings))
        with contextlib.closing(bind(target, place)) as listener:
            listening = lambda: _announce(state, target, place, listener)  # noqa: E731
            Server(server_config(app, settings), listening).run(sockets=[listener])
    say("the service ended, nothing it had taken was left unanswered")


@contextlib.asynccontextmanager
async def _following(follower: Follower, state: State, settings: ServeSettings) -> AsyncIterator[None]:
    follower.start(asyncio.get_running_loop())
    yield
    follower.stop()
    if state.engine is not None:
        state.engine.finish()
        await asyncio.to_thread(state.engine.join, settings.drain_seconds)


def _announce(state: State, target: Target, place: Place, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    token = state.answer().token
    since = process.started(os.getpid()) or ""
    address = Address(host=host, port=port, token=token, pid=os.getpid(), since=since)
    write(place.address, address)
    say(f"{target.model} on {target.name} answers at {address.uri}")


def _poll_seconds(context: Context, target: Target) -> float:
    found = context.settings.targets.get(target.name)
    return found.service.poll_seconds if found else 1.0


@contextlib.contextmanager
def holding(lock: Path) -> Iterator[None]:
    """Only one service may write one log: the second is refused. The lock ends with the process."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(
                "a service of this model runs on this target already", where=str(lock.parent)
            ) from None
        yield


def bind(target: Target, place: Place) -> socket.socket:
    """A socket on the target's port; where that is 0 the port of last time, else a free one."""
    before = read_address(place)
    wanted = [target.port] if target.port else [before.port if before else 0, 0]
    why = ""
    family = socket.AF_INET6 if ":" in target.host else socket.AF_INET
    for port in wanted:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((target.host, port))
        except OSError as error:
            listener.close()
            why = error.strerror or str(error)
            continue
        listener.set_inheritable(False)  # the model's process must not hold the port when we are gone
        return listener
    raise CouldNotTellError(
        f"{target.host}:{wanted[0]} can't be taken: {why}", hint="set another port in targets.<name>.service"
    )


def server_config(app: Starlette, settings: ServeSettings) -> uvicorn.Config:
    """How uvicorn runs the application: quiet, and with a bound to the last answers."""
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_seconds),
    )


class Server(uvicorn.Server):
    """Ends with a return: uvicorn's own raises the signal again, so that a clean end looks like a kill."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept, and say so."""
        await super().startup(sockets)
        if self.started:
            self._listening()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let INT, TERM and HUP end the service; a second INT does not wait."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, handle) for number in process.ending()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
