"""What the service holds at a moment: the engine that answers, and what it refused."""

from __future__ import annotations

import asyncio
import threading

import msgspec

from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.serving.engine import Engine, Facts


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion that was not taken, and why; unless it is `final` it is tried again and again."""

    version: int
    digest: str
    promotion: int
    why: str
    final: bool
    attempts: int
    time: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What `/version` says. `token` names this very process; without a version nothing serves yet."""

    model: str
    token: str
    ready: bool
    pid: int
    reason: str = ""
    version: int | None = None
    digest: str = ""
    gate: str = ""
    promotion: int = 0
    since: str = ""
    refused: Refused | None = None


class State:
    """Shared by the event loop, which reads, and the follower, which swaps."""

    def __init__(self, model: str, token: str, pid: int, metrics: Metrics) -> None:
        self.engine: Engine | None = None
        self.refused: Refused | None = None
        self.reason = "the registry was not asked yet"
        self.metrics = metrics
        self._model = model
        self._token = token
        self._pid = pid

    def answer(self) -> Answer:
        """What `/version` says now."""
        facts = self.engine.facts if self.engine else None
        return Answer(
            model=self._model,
            token=self._token,
            pid=self._pid,
            ready=facts is not None,
            reason="" if facts else self.reason,
            refused=self.refused,
            **({name: getattr(facts, name) for name in _SHOWN} if facts else {}),
        )

    def swap(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> Engine | None:
        """Let this engine answer from now on; the one before ends after its last request."""
        before: list[Engine | None] = []
        done = threading.Event()

        def switch() -> None:
            # In the loop's own thread: no request can lie between the old engine's last one and its end.
            before.append(self.engine)
            self.engine = engine
            self.refused = None
            if before[0] is not None:
                before[0].finish()
            done.set()

        loop.call_soon_threadsafe(switch)
        done.wait(30.0)
        self.metrics.add("mlops_swaps_total")
        return before[0] if before else None

    def renew(self, facts: Facts) -> None:
        """The same bytes were promoted again: only what is said of them changes."""
        if self.engine is not None:
            self.engine.facts = facts
        self.refused = None


_SHOWN = ("version", "digest", "gate", "promotion", "since")
