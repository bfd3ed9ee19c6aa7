"""Promotion: an entry in the log of an alias; the alias follows what the log says."""

from __future__ import annotations

import getpass
import os
import socket
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.models import Promotion
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_mlflow.promotion import log
from mlops_ext_mlflow.promotion.alias import points_at
from mlops_ext_mlflow.store import names
from mlops_ext_mlflow.store.calls import PAUSE, append, change
from mlops_ext_mlflow.store.connect import Store, connect
from mlops_ext_mlflow.store.patience import code

LOOKS = 5

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion


@dataclass(frozen=True)
class Alias:
    """One alias of one model in one store, with the name of its log."""

    store: Store
    model: str
    alias: str

    @property
    def log(self) -> str:
        """The registered model that holds the log."""
        return log.name(self.model, self.alias)


def promote(context: Context, candidate: ModelVersion, alias: str, expected: int, gate: str) -> Promotion:
    """Append a promotion that was judged against entry `expected`, unless this very one is there already."""
    names.check_model(candidate.model)
    names.check_alias(alias)
    where = Alias(connect(context), candidate.model, alias)
    before = stand(where, candidate.version)
    found = _after(where, expected)
    mine = _already(found, candidate.version, expected, gate)
    if mine is None:
        mine = _append(where, candidate.version, expected, gate, before)
        found = log.entries(where.store, where.log, above=expected)
    winner = log.winner(found, expected) or mine
    if winner.target == mine.target and winner.gate == mine.gate:
        mine = winner
    settle(where)
    return told(where, mine, winner)


def told(where: Alias, entry: log.Entry, winner: log.Entry) -> Promotion:
    """An entry as the contract says it."""
    return Promotion(
        model=where.model,
        alias=where.alias,
        version=entry.target,
        number=entry.number,
        expected=entry.expected,
        gate=entry.gate,
        who=entry.who,
        won=winner.number == entry.number,
        winner=winner.target,
        time=entry.time,
    )


def settle(where: Alias) -> None:
    """Let the alias point where the log ends; called again, it repairs what a kill left late."""
    seen = log.last(where.store, where.log)
    while seen is not None:
        if points_at(where.store, where.model, where.alias) != seen.target:
            act = where.store.client.set_registered_model_alias
            change(where.store, act, where.model, where.alias, str(seen.target))
        now = log.last(where.store, where.log)
        if now == seen:
            return
        seen = now


def stand(where: Alias, candidate: int) -> int:
    """Where the alias points (0: nowhere); refuse if a person moved it, unless that version is promoted."""
    points, logged = 0, 0
    for attempt in range(LOOKS):
        end = log.last(where.store, where.log)
        points = points_at(where.store, where.model, where.alias) or 0
        if (
            end is None
            or points in {0, end.target, end.before, candidate}
            or points == _predecessor(where, end)
        ):
            return points
        logged = end.target
        # A writer that is late puts an old value back for a moment, and repairs it itself.
        time.sleep(PAUSE * 2**attempt)
    raise RefusedError(
        f"{where.model}@{where.alias} was moved by hand: it is at version {points}, its log says {logged}",
        hint=f"promote version {points} so that the log says so, or set the alias back to {logged}",
    )


def _predecessor(where: Alias, end: log.Entry) -> int:
    if not end.expected:
        return 0
    found = log.entries(where.store, where.log, above=end.expected - 1)
    return next((entry.target for entry in found if entry.number == end.expected), 0)


def _after(where: Alias, expected: int) -> list[log.Entry]:
    found = log.entries(where.store, where.log, above=max(expected - 1, 0))
    if expected and all(entry.number != expected for entry in found):
        # An entry that names one which isn't there would be the end of the chain for ever.
        raise CouldNotTellError(
            f"entry {expected} is not in the log {where.log}", hint="judge against the newest again"
        )
    return [entry for entry in found if entry.number > expected]


def _already(found: list[log.Entry], target: int, expected: int, gate: str) -> log.Entry | None:
    same = [e for e in found if (e.expected, e.target, e.gate) == (expected, target, gate)]
    return min(same, key=lambda entry: entry.number) if gate and same else None


def _append(where: Alias, target: int, expected: int, gate: str, before: int) -> log.Entry:
    payload = log.Payload(
        expected=expected,
        target=target,
        who=f"{os.environ.get('GITHUB_ACTOR') or getpass.getuser()}@{socket.gethostname()}",
        nonce=uuid.uuid4().hex,
        gate=gate,
        before=before,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if not expected:
        _make_log(where)
    number = append(where.store, lambda: _create(where, payload), lambda: _number_of(where, payload))
    return log.Entry(number=number, **msgspec.structs.asdict(payload))


def _create(where: Alias, payload: log.Payload) -> int:
    made = where.store.client.create_model_version(
        where.log,
        source=f"models:/{where.model}/{payload.target}",
        description=msgspec.json.encode(payload).decode(),
    )
    return int(made.version)


def _number_of(where: Alias, payload: log.Payload) -> int | None:
    found = log.entries(where.store, where.log, above=payload.expected)
    return next((entry.number for entry in found if entry.nonce == payload.nonce), None)


def _make_log(where: Alias) -> None:
    create = where.store.client.create_registered_model
    about = f"Promotions of {where.model}@{where.alias}, kept by mlops-ext: never delete a version."
    try:
        change(where.store, create, where.log, description=about)
    except Exception as error:
        if code(error) != "RESOURCE_ALREADY_EXISTS":
            raise
