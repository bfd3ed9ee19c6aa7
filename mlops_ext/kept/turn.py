"""Our turn at the ref: a thread moves the end of the lease on, until it is given back with what we made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext.kept import lease as leases

if TYPE_CHECKING:
    from mlops_ext.kept.lease import Lease
    from mlops_ext.kept.ref import StateRef, Tip

PARTS = 3
PAUSE = 1.0


def begin(ref: StateRef, seconds: float, left: Callable[[], float], tell: Callable[[str], None]) -> Turn:
    """Wait until it is our turn. `left` says how many seconds we may wait, and raises when they are over."""
    lease = leases.ours(seconds)
    return Turn(ref, lease, leases.take(ref, lease, left, tell))


class Turn:
    """The lease is ours until `end` or `leave`; each change of the ref finds out whether it still is."""

    def __init__(self, ref: StateRef, lease: Lease, tip: Tip) -> None:
        self.ref = ref
        self.found = tip
        self._lease = lease
        self._tip = tip
        self._made = {tip}
        self._changing = threading.Lock()
        self._over = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._hold, name="lease", daemon=True)
        self._thread.start()

    def change(self, message: str, changes: Mapping[str, bytes | None]) -> None:
        """Change files of the tree, and go on working."""
        self._put(message, {**changes, leases.FILE: self._lease.later().encoded()})

    def end(self, message: str, changes: Mapping[str, bytes | None]) -> None:
        """Change files and give the lease back, in one step; a remote that is away is waited for."""
        self.leave()
        self._put(message, {**changes, leases.FILE: None}, patience=self._lease.seconds / PARTS)

    def leave(self) -> None:
        """Move the end on no more."""
        self._over.set()
        self._thread.join()

    def _put(self, message: str, changes: Mapping[str, bytes | None], patience: float = 0.0) -> None:
        with self._changing:
            until = time.monotonic() + patience
            while not self._lost:
                made = self.ref.commit(self._tip, message, changes)
                self._made.add(made)
                if self._swapped(made, until):
                    self._tip = made
                    return
                self._find()
        raise self._taken_over()

    def _swapped(self, made: Tip, until: float) -> bool:
        while True:
            try:
                return self.ref.swap(self._tip, made)
            except MlopsExtError:
                if time.monotonic() > until:
                    raise
                time.sleep(PAUSE)

    def _find(self) -> None:
        """A change of ours may have arrived though nobody could tell us; any other commit is somebody's."""
        now = self.ref.look()
        self._lost = now not in self._made
        if not self._lost:
            self._tip = now

    def _hold(self) -> None:
        """What a remote does not answer is asked again: the next change of ours says what became of it."""
        while not self._lost and not self._over.wait(self._lease.seconds / PARTS):
            try:
                self.change("hold", {})
            except MlopsExtError:
                continue

    def _taken_over(self) -> CouldNotTellError:
        other = leases.read(self.ref, self.ref.fetch())
        what = f"the lease on the kept store was lost{f' to {other.holder}' if other else ''}"
        hint = "run it again: nothing was kept since; a longer `lease` bears a longer silence"
        return CouldNotTellError(what, where=self.ref.ref, hint=hint)
