"""One version in service: its queue, and the thread that predicts whatever waits as one batch."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from mlops_ext.errors import DeadlineError, MlopsExtError
from mlops_ext.worker_client import ModelError, Prediction, WorkerGoneError
from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.model.refusals import Refusal
from mlops_ext_serve.model.requests import Parsed, Reader, utc
from mlops_ext_serve.model.runner import Runner
from mlops_ext_serve.predictions.log import PredictionLog, Row
from mlops_ext_serve.settings import ServeSettings

Outcome = list[Prediction] | Refusal


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What serves, and by which record."""

    model: str
    version: int
    digest: str
    gate: str = ""
    promotion: int = 0
    since: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One request that waits for its predictions."""

    parsed: Parsed
    request_id: str
    at: str
    future: asyncio.Future[list[Prediction]]


class Engine:
    """Predicts and logs for one version. `predict` belongs to the event loop, all else to the thread."""

    def __init__(
        self,
        facts: Facts,
        reader: Reader,
        runner: Runner,
        log: PredictionLog,
        settings: ServeSettings,
        metrics: Metrics,
        say: Callable[[str], None],
    ) -> None:
        self.facts = facts
        self.reader = reader
        self.waiting = 0
        self._runner = runner
        self._log = log
        self._settings = settings
        self._metrics = metrics
        self._say = say
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"engine-{facts.version}", daemon=True)
        self._thread.start()

    async def predict(self, parsed: Parsed, request_id: str, at: str) -> list[Prediction]:
        """The predictions of one request, once they are in the log."""
        if self.waiting >= self._settings.waiting:
            raise Refusal(503, "too many requests wait")
        future: asyncio.Future[list[Prediction]] = asyncio.get_running_loop().create_future()
        self.waiting += 1
        self._queue.put(Work(parsed, request_id, at, future))
        try:
            return await future
        finally:
            self.waiting -= 1

    @property
    def pid(self) -> int | None:
        """The process of the model."""
        return self._runner.pid

    def finish(self) -> None:
        """Let it end after the last request that waits; nothing may be asked afterwards."""
        self._queue.put(None)

    def join(self, seconds: float) -> None:
        """Wait for that end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while works := self._next():
            try:
                self._answer(works)
            except Exception as error:  # noqa: BLE001 - the thread must live on, and the callers get an answer
                self._say(f"a batch failed: {type(error).__name__}: {error}")
                _deliver([(work, Refusal(500, "the service failed")) for work in works])
        self._runner.close()

    def _next(self) -> list[Work]:
        works: list[Work] = []
        rows = 0
        while rows < self._settings.batch_rows:
            try:
                work = self._queue.get(block=not works)
            except queue.Empty:
                break
            if work is None:
                if works:
                    self._queue.put(None)
                break
            works.append(work)
            rows += len(work.parsed.rows)
        return works

    def _answer(self, works: Sequence[Work]) -> None:
        try:
            predictions = self._runner.predict(_together(works))
        except (ModelError, WorkerGoneError) as error:
            self._one_by_one(works, error)
            return
        except MlopsExtError as error:
            self._refuse(works, error)
            return
        self._metrics.add("mlops_batches_total")
        _deliver(self._logged(works, predictions))

    def _one_by_one(self, works: Sequence[Work], error: MlopsExtError) -> None:
        # One request that the model can't take must not spoil those that came in its batch.
        if len(works) == 1:
            self._refuse(works, error)
            return
        for work in works:
            self._answer([work])

    def _refuse(self, works: Sequence[Work], error: MlopsExtError) -> None:
        self._say(f"no prediction for {works[0].request_id}: {error.what}")
        _deliver([(work, _refusal(error)) for work in works])

    def _logged(self, works: Sequence[Work], predictions: list[Prediction]) -> list[tuple[Work, Outcome]]:
        outcomes: list[tuple[Work, Outcome]] = []
        rows: list[Row] = []
        for work in works:
            mine = predictions[len(rows) : len(rows) + len(work.parsed.rows)]
            rows += self._rows(work, mine)
            outcomes.append((work, mine))
        try:
            self._log.write(rows)
        except sqlite3.Error as error:
            self._say(f"the prediction log can't be written: {error}")
            return [(work, Refusal(503, "the prediction could not be logged")) for work in works]
        self._metrics.add("mlops_rows_total", len(rows), version=self.facts.version)
        return outcomes

    def _rows(self, work: Work, predictions: Sequence[Prediction]) -> list[Row]:
        parsed, facts = work.parsed, self.facts
        return [
            Row(
                at=work.at,
                request_id=work.request_id,
                row=number,
                version=facts.version,
                digest=facts.digest,
                id=parsed.ids[number],
                time=time,
                event=(utc(time) if time else None) or work.at,
                features=parsed.rows[number].decode(),
                prediction=prediction,
            )
            for number, (time, prediction) in enumerate(zip(parsed.times, predictions, strict=True))
        ]


def _together(works: Sequence[Work]) -> dict[str, list[object]]:
    if len(works) == 1:
        return works[0].parsed.columns
    names = works[0].parsed.columns
    return {name: [value for work in works for value in work.parsed.columns[name]] for name in names}


def _refusal(error: MlopsExtError) -> Refusal:
    # The model's own words may hold the data, so they are for the service's output only.
    if isinstance(error, ModelError):
        return Refusal(500, f"the model could not predict these records ({error.type})")
    if isinstance(error, DeadlineError):
        return Refusal(504, "the model did not answer in time")
    return Refusal(503, "the model's process ended")


def _deliver(outcomes: Sequence[tuple[Work, Outcome]]) -> None:
    loop = outcomes[0][0].future.get_loop()
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(_resolve, outcomes)


def _resolve(outcomes: Sequence[tuple[Work, Outcome]]) -> None:
    for work, outcome in outcomes:
        if work.future.done():
            continue
        if isinstance(outcome, Refusal):
            work.future.set_exception(outcome)
        else:
            work.future.set_result(outcome)
