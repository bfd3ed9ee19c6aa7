"""Follow the registry: what was promoted, and only what a record lets serve here, is taken into service."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from typing import TYPE_CHECKING

from mlops_ext.contract.gate import verify_release
from mlops_ext.errors import CouldNotTellError, MlopsExtError, RefusedError
from mlops_ext_serve.place import modified
from mlops_ext_serve.serving.bring import Bringer
from mlops_ext_serve.serving.engine import Facts
from mlops_ext_serve.serving.keep import forget_others
from mlops_ext_serve.serving.last import Last, read_last, save_last
from mlops_ext_serve.serving.state import Refused, State

if TYPE_CHECKING:
    from mlops_ext.contract.models import ModelVersion, Promotion
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.contract.targets import Target

LONGEST_PAUSE = 60.0
JOIN_SECONDS = 60.0
GLANCE_SECONDS = 0.05


class Follower:
    """Asks for the champion every `poll_seconds`, and at once when woken, in a thread of its own."""

    def __init__(self, bringer: Bringer, state: State, target: Target, poll_seconds: float) -> None:
        self._bringer = bringer
        self._context = bringer.context
        self._state = state
        self._target = target
        self._poll = poll_seconds
        self._pause = poll_seconds
        self._not_before = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to follow; swaps happen in this loop."""
        self._loop = loop
        self._thread.start()

    def stop(self) -> None:
        """Follow no more; returns at once, what is being loaded is dropped with the process."""
        self._end.set()

    def _run(self) -> None:
        self._resume()
        while not self._end.is_set():
            woken = modified(self._bringer.place.wake)
            self._look()
            self._sleep(woken)

    def _sleep(self, woken: int) -> None:
        """Until the next poll, or until somebody touches the file that wakes us."""
        until = time.monotonic() + self._poll
        while (left := until - time.monotonic()) > 0 and not self._end.wait(min(left, GLANCE_SECONDS)):
            if modified(self._bringer.place.wake) != woken:
                return

    def _resume(self) -> None:
        last = read_last(self._bringer.place)
        if last is None or last.version.model != self._target.model:
            return
        try:
            self._take(last.version, _promotion(last.version), last.record)
            self._say(f"{last.version.name} serves again, as before the restart")
        except MlopsExtError as error:
            self._say(f"{last.version.name}, which served last, can't be taken up: {error}")

    def _look(self) -> None:
        try:
            version = self._context.find_model(f"{self._target.model}@champion")
        except MlopsExtError as error:
            self._unknown(f"the registry did not answer: {error}")
        except Exception as error:  # noqa: BLE001 - whatever the registry's plugin raises, the service goes on
            self._unknown(f"the registry did not answer: {type(error).__name__}: {error}")
        else:
            self._consider(version)

    def _consider(self, version: ModelVersion | None) -> None:
        if version is None:
            self._unknown(f"the registry has no champion of {self._target.model}")
        elif self._is_new(version):
            self._try(version)

    def _is_new(self, version: ModelVersion) -> bool:
        number = version.promotion.number if version.promotion else 0
        engine, refused = self._state.engine, self._state.refused
        if engine and engine.facts.promotion == number and engine.facts.digest == version.digest:
            return False
        if refused and refused.promotion == number and refused.digest == version.digest:
            return not refused.final and time.monotonic() >= self._not_before
        self._pause = self._poll
        return True

    def _try(self, version: ModelVersion) -> None:
        try:
            promotion = _promotion(version)
            self._take(version, promotion, self._record(promotion))
            self._say(f"{version.name} serves, by promotion {promotion.number}")
        except MlopsExtError as error:
            self._refuse(version, str(error), final=isinstance(error, RefusedError))
        except Exception as error:  # noqa: BLE001 - the version before goes on serving whatever happens
            self._refuse(version, f"{type(error).__name__}: {error}", final=False)

    def _record(self, promotion: Promotion) -> StoredRecord:
        record = self._context.find_record(promotion.gate) if promotion.gate else None
        if record is None:
            raise CouldNotTellError(
                f"the record {promotion.gate[:12] or '(none)'} of promotion {promotion.number} is missing"
            )
        return record

    def _take(self, version: ModelVersion, promotion: Promotion, record: StoredRecord) -> None:
        if record.digest != promotion.gate:
            raise RefusedError(
                f"record {record.digest[:12]} is not the one that promotion {promotion.number} names"
            )
        verify_release(record, version, self._target.name, self._context.zone)
        facts = _facts(version, promotion)
        engine = self._state.engine
        if engine and (engine.facts.version, engine.facts.digest) == (version.version, version.digest):
            self._state.renew(facts)
        else:
            self._swap(version, facts)
        save_last(self._bringer.place, Last(version, record))
        forget_others(self._bringer.place, version.digest)

    def _swap(self, version: ModelVersion, facts: Facts) -> None:
        engine = self._bringer.bring(version, facts)
        before = self._state.swap(engine, self._loop)
        if before is not None:
            before.join(JOIN_SECONDS)

    def _refuse(self, version: ModelVersion, why: str, *, final: bool) -> None:
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._not_before = time.monotonic() + self._pause
        self._state.metrics.add("mlops_refused_total")
        before, number = self._state.refused, version.promotion.number if version.promotion else 0
        again = before is not None and (before.promotion, before.digest) == (number, version.digest)
        self._state.refused = Refused(
            version=version.version,
            digest=version.digest,
            promotion=number,
            why=why,
            final=final,
            attempts=before.attempts + 1 if before is not None and again else 1,
            time=_now(),
        )
        self._unknown(f"{version.name} was refused: {why}")

    def _unknown(self, reason: str) -> None:
        if reason != self._state.reason:
            self._say(reason)
        self._state.reason = reason

    def _say(self, message: str) -> None:
        self._bringer.say(message)


def _promotion(version: ModelVersion) -> Promotion:
    if version.promotion is None:
        raise RefusedError(
            f"{version.name} has no promotion that names its gate", hint="mlops-ext release makes one"
        )
    return version.promotion


def _facts(version: ModelVersion, promotion: Promotion) -> Facts:
    return Facts(
        model=version.model,
        version=version.version,
        digest=version.digest,
        gate=promotion.gate,
        promotion=promotion.number,
        since=_now(),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
