"""The append-only log of an alias: a registered model `<model>.<alias>`, one version per promotion.

MLflow has no compare-and-set on aliases. Of the entries that name the same predecessor the lowest number
wins, so all readers agree whatever was killed. Entries are never deleted: a number would be given again.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlops_ext_mlflow.store.connect import Store

PAGE = 50


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says. It lies in the version's description: one row with the number, read at once.

    `before` is the version that the alias pointed at when this was appended, 0 where it was not set.
    """

    expected: int
    target: int
    who: str
    nonce: str
    gate: str
    time: str
    before: int = 0


class Entry(Payload, frozen=True, kw_only=True):
    """A promotion with the number that the registry gave it."""

    number: int


def name(model: str, alias: str) -> str:
    """The registered model that holds the log."""
    return f"{model}.{alias}"


def entries(store: Store, log: str, above: int | None = None) -> list[Entry]:
    """Newest first: all entries with a number over `above`, or enough to find the end of the chain.

    An unread entry has a lower number than all that were read, and names one lower still. So the newest
    predecessor that is named is known once the numbers read reach down to it. Entries that are
    appended meanwhile shift the pages: some come twice, none is skipped.
    """
    found: dict[int, Entry] = {}
    token: str | None = None
    while True:
        versions, lowest, token = _page(store, log, token)
        found |= {entry.number: entry for entry in versions}
        down_to = above if above is not None else max((entry.expected for entry in found.values()), default=0)
        if not token or lowest <= down_to + 1:
            break
    return sorted((e for e in found.values() if above is None or e.number > above), key=lambda e: -e.number)


def last(store: Store, log: str) -> Entry | None:
    """The end of the chain: the lowest number among those that named the newest predecessor."""
    return end_of(entries(store, log))


def held_before(store: Store, log: str, steps: int) -> tuple[int, Entry | None]:
    """The version that held the alias so many changes ago (0: none did), with its entry.

    What the alias pointed at before its log began has no entry.
    """
    chain = replay(entries(store, log, above=0))
    held = [(chain[0].before, None), *((entry.target, entry) for entry in chain)] if chain else []
    changes = [one for at, one in enumerate(held) if at + 1 == len(held) or one[0] != held[at + 1][0]]
    return changes[-1 - steps] if steps < len(changes) else (0, None)


def replay(found: Iterable[Entry]) -> list[Entry]:
    """The winners among all entries, oldest first."""
    first: dict[int, Entry] = {}
    for entry in sorted(found, key=lambda entry: entry.number):
        first.setdefault(entry.expected, entry)
    chain, at = [], 0
    while at in first:
        chain.append(first[at])
        at = first[at].number
    return chain


def end_of(found: Iterable[Entry]) -> Entry | None:
    """The end of the chain among the newest entries."""
    found = list(found)
    if not found:
        return None
    top = max(entry.expected for entry in found)
    return min((entry for entry in found if entry.expected == top), key=lambda entry: entry.number)


def winner(found: Iterable[Entry], expected: int) -> Entry | None:
    """Of the entries that named this predecessor, the one that counts."""
    return min((entry for entry in found if entry.expected == expected), key=lambda e: e.number, default=None)


def _page(store: Store, log: str, token: str | None) -> tuple[list[Entry], int, str | None]:
    try:
        versions = read(
            store,
            store.client.search_model_versions,
            f"name = '{log}'",
            max_results=PAGE,
            order_by=["version_number DESC"],
            page_token=token,
        )
    except Exception as error:
        if code(error) == "RESOURCE_DOES_NOT_EXIST":
            return [], 0, None
        raise
    numbers = [int(version.version) for version in versions]
    return _decoded(versions), min(numbers, default=0), versions.token


def _decoded(versions: Iterable[Any]) -> list[Entry]:
    found = []
    for version in versions:
        # What a person put into the log by hand is no promotion, and stops nobody.
        with contextlib.suppress(msgspec.MsgspecError):
            payload = msgspec.json.decode(version.description or "", type=Payload)
            found.append(Entry(number=int(version.version), **msgspec.structs.asdict(payload)))
    return found
