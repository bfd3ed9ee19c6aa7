"""The kept store in our turn at it: brought when that begins, kept and given back when it ends."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.records import INTENT
from mlops_ext.errors import MlopsExtError, SettingsError
from mlops_ext.kept import access, records, snapshot, turn
from mlops_ext.kept.local import Local
from mlops_ext.kept.ref import StateRef
from mlops_ext.settings.duration import duration

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.session import Session

REF = "refs/mlops-ext/state"
LEAST_SECONDS = 1.0


class KeptStore:
    """Made when it is our turn; `add` and `end` find out whether it still is."""

    def __init__(self, session: Session, store: Path, scratch: Path) -> None:
        context = session.context
        self._session = session
        self._local = Local(session, store, scratch)
        seconds = _seconds(session.settings.lease)
        ref = state_ref(context, scratch)
        waiting = time.monotonic()
        self._turn = turn.begin(ref, seconds, context.left, context.tell)
        session.defer(time.monotonic() - waiting)
        try:
            self._known = self._local.bring(ref, self._turn.found)
        except BaseException:
            self._give_back()
            raise

    def add(self, record: StoredRecord) -> None:
        """What is about to be done is known to all before it is done, and it is still our turn."""
        if record.record.phase == INTENT:
            self._turn.change(f"intend: {record.record.summary}", records.as_files([record]))

    def end(self, stage: str) -> None:
        """Keep the store and its records, and give the lease back."""
        if self._session.options.dry_run:
            self._turn.end("give back", {})
            return
        try:
            listed = self._local.freeze()
        except BaseException:
            self._give_back()
            raise
        new = [stored for stored in self._session.book.index.all() if stored.digest not in self._known]
        self._turn.end(f"{stage}: {_words(new)}", {**records.as_files(new), snapshot.FILE: listed})
        self._local.write(listed)

    def _give_back(self) -> None:
        """Where something else went wrong, that is what is told."""
        with suppress(MlopsExtError):
            self._turn.end("give back", {})


def state_ref(context: Context, scratch: Path) -> StateRef:
    """The project's ref, on the remote of its clone."""
    remote = access.remote_of(context.root)
    return StateRef(context.root, remote, ref_of(context.project), scratch / "state.git")


def ref_of(project: str) -> str:
    """The ref of a project: its name where Git takes it, else what of it Git takes, and a digest."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", project).strip("-")
    return f"{REF}/{plain}{'' if plain == project else f'-{sha256(project.encode()).hexdigest()[:8]}'}"


def _seconds(lease: str) -> float:
    seconds = duration(lease, "lease").total_seconds()
    if seconds < LEAST_SECONDS:
        raise SettingsError(
            f"a lease of {lease} ends before anything is done", key="lease", hint='lease = "5m"'
        )
    return seconds


def _words(new: list[StoredRecord]) -> str:
    """What a person reads in the log of the ref."""
    said = [f"{one.record.verdict}, {one.record.summary}" for one in new if one.record.phase != INTENT]
    return "; ".join(said).replace("\n", " ")[:500] or "nothing new"
