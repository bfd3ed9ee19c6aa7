"""Whose turn it is: a file in the tree of the ref, with the holder and the end of the lease.

A holder that lives moves the end on, three times in each period. One whose end has passed, and that moves
nothing while another watches, is dead and is taken over: no clock but the watcher's own decides that alone.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    from mlops_ext.kept.ref import StateRef, Tip

FILE = "lease.json"
MOST_PAUSE = 5.0


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Who works, which of their calls it is, until when, and for how many seconds a lease is given."""

    holder: str
    call: str
    until: str
    seconds: float

    def later(self) -> Lease:
        """The same lease with its end moved on."""
        until = datetime.now(UTC) + timedelta(seconds=self.seconds)
        return msgspec.structs.replace(self, until=until.isoformat(timespec="milliseconds"))

    def encoded(self) -> bytes:
        """Its bytes in the tree."""
        return msgspec.json.encode(self)


def ours(seconds: float) -> Lease:
    """A lease for this process."""
    return Lease(holder=_holder(), call=uuid.uuid4().hex, until="", seconds=seconds).later()


def read(ref: StateRef, tip: Tip) -> Lease | None:
    """The lease that is given in a commit; None where nobody holds one."""
    content = ref.read(tip, FILE)
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=Lease)
    except msgspec.MsgspecError as error:
        what = f"the lease in {ref.ref} can't be read: {error}"
        raise CouldNotTellError(what, hint="was it written by a newer mlops-ext?") from error


def take(ref: StateRef, lease: Lease, left: Callable[[], float], tell: Callable[[str], None]) -> Tip:
    """The commit that gives us the lease, once nobody who lives has it; `left` raises when time is over."""
    watch = Watch()
    while True:
        tip = ref.fetch()
        other = read(ref, tip)
        if other is None or watch.is_dead(tip, other):
            mine = lease.later()
            note = f"take over from {other.holder}" if other else "take"
            made = ref.commit(tip, f"{note}: {lease.holder}", {FILE: mine.encoded()})
            if ref.swap(tip, made):
                return made
            continue
        if watch.first:
            tell(f"waiting for {other.holder}, who works on the kept store until {other.until} or longer")
        _wait(ref, tip, watch, other, left)


class Watch:
    """What one who waits has seen, on a clock that nobody sets."""

    def __init__(self) -> None:
        self.first = True
        self._tip: Tip | None = None
        self._since = 0.0

    def is_dead(self, tip: Tip, lease: Lease) -> bool:
        """Whether the lease is over: unmoved for a whole period, or for half of one and past its end."""
        self.first = self._tip is None
        if tip != self._tip:
            self._tip, self._since = tip, time.monotonic()
        unmoved = time.monotonic() - self._since
        over = datetime.now(UTC) > datetime.fromisoformat(lease.until)
        return unmoved > lease.seconds or (over and unmoved > lease.seconds / 2)


def _wait(ref: StateRef, tip: Tip, watch: Watch, other: Lease, left: Callable[[], float]) -> None:
    """Until the ref moves, or what stands there is worth another look."""
    pause = min(MOST_PAUSE, other.seconds / 8)
    while ref.look() == tip and not watch.is_dead(tip, other):
        time.sleep(min(pause, left()))


def _holder() -> str:
    server, repository, number = (
        os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")
    )
    if server and repository and number:
        return f"{server}/{repository}/actions/runs/{number}"
    return f"process {os.getpid()} on {socket.gethostname()}"
