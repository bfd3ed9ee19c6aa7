"""The HTTP side: predictions, and what the service says of itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.model.refusals import Refusal
from mlops_ext_serve.serving.body import read_body
from mlops_ext_serve.serving.state import State
from mlops_ext_serve.settings import ServeSettings

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
Lifespan = Callable[[], contextlib.AbstractAsyncContextManager[None]]


class Service:
    """Answers requests with what the state holds."""

    def __init__(self, state: State, settings: ServeSettings, metrics: Metrics) -> None:
        self._state = state
        self._settings = settings
        self._metrics = metrics

    async def invocations(self, request: Request) -> Response:
        """Predictions for the records of the body, and the version that made them."""
        begun, at = time.perf_counter(), _now()
        given = request.headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        try:
            answer, status = await self._predict(request, request_id, at), 200
        except Refusal as refusal:
            answer, status = _told(refusal, request_id), refusal.status
        except ClientDisconnect:
            answer, status = {"error": "the client went away", "request_id": request_id}, 499
        self._metrics.add("mlops_requests_total", version=answer.get("version", ""), code=status)
        self._metrics.took(time.perf_counter() - begun)
        return _json(answer, status, {"x-request-id": request_id})

    async def _predict(self, request: Request, request_id: str, at: str) -> dict[str, Any]:
        body = await read_body(request, self._settings.body_bytes)
        engine = self._state.engine
        if engine is None:
            raise Refusal(503, f"no model serves: {self._state.reason}")
        parsed = engine.reader.read(body)
        predictions = await engine.predict(parsed, request_id, at)
        if parsed.extra:
            self._metrics.add("mlops_extra_keys_total", parsed.extra)
        return {
            "predictions": predictions,
            "version": engine.facts.version,
            "model": engine.facts.model,
            "request_id": request_id,
        }

    async def live(self, _: Request) -> Response:
        """The process answers."""
        return _json({"live": True}, 200)

    async def ready(self, _: Request) -> Response:
        """A model serves, or why none does."""
        answer = self._state.answer()
        if answer.ready:
            return _json({"ready": True, "version": answer.version}, 200)
        return _json({"ready": False, "reason": answer.reason}, 503)

    async def version(self, _: Request) -> Response:
        """What serves, by which record, since when, and what was refused."""
        return _json(self._state.answer(), 200)

    async def metrics(self, _: Request) -> Response:
        """Counters for Prometheus."""
        engine = self._state.engine
        gauges = {
            "mlops_ready": float(engine is not None),
            "mlops_version": float(engine.facts.version if engine else 0),
            "mlops_waiting_requests": float(engine.waiting if engine else 0),
        }
        return Response(self._metrics.text(gauges), media_type="text/plain; version=0.0.4")


def make_app(state: State, settings: ServeSettings, metrics: Metrics, lifespan: Lifespan) -> Starlette:
    """The application; `lifespan` is entered in its event loop before the first request."""
    service = Service(state, settings, metrics)
    pages: dict[str, Callable[[Request], Awaitable[Response]]] = {
        "/live": service.live,
        "/ready": service.ready,
        "/version": service.version,
        "/metrics": service.metrics,
    }

    @contextlib.asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        async with lifespan():
            yield

    routes = [Route(path, page, methods=["GET"]) for path, page in pages.items()]
    return Starlette(
        routes=[Route("/invocations", service.invocations, methods=["POST"]), *routes], lifespan=living
    )


def _told(refusal: Refusal, request_id: str) -> dict[str, Any]:
    where = {"where": refusal.where} if refusal.where else {}
    return {"error": refusal.what, **where, "request_id": request_id}


def _json(answer: object, status: int, headers: dict[str, str] | None = None) -> Response:
    more = {"retry-after": "1"} if status == 503 else {}
    return Response(msgspec.json.encode(answer), status, {**(headers or {}), **more}, "application/json")


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
