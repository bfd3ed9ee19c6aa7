"""The kept store in our turn at it: brought when that begins, kept and given back when it ends."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.contract.records import INTENT
from mlops_ext.errors import MlopsExtError
from mlops_ext.kept import access, records, snapshot, turn
from mlops_ext.kept.here import Here
from mlops_ext.kept.ref import StateRef
from mlops_ext.kept.snapshot import Snapshots
from mlops_ext.settings.duration import duration

if TYPE_CHECKING:
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.session import Session

REF = "refs/mlops-ext/state"


class KeptStore:
    """Made when it is our turn; `add` and `end` find out whether it still is."""

    def __init__(self, session: Session, store: Path, scratch: Path) -> None:
        context = session.context
        self._session = session
        self._store = store
        self._here = Here(context.state, store)
        self._snapshots = Snapshots(session, store, scratch)
        remote, name = access.remote_of(context.root), ref_of(context.project)
        ref = StateRef(context.root, remote, name, scratch / "state.git")
        seconds = duration(session.settings.lease, "lease").total_seconds()
        self._turn = turn.begin(ref, seconds, context.left, context.tell)
        try:
            self._listed = ref.read(self._turn.found, snapshot.FILE) or b""
            self._known = self._bring(records.found(ref, self._turn.found))
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
            listed = self._snapshots.keep()
        except BaseException:
            self._give_back()
            raise
        new = [stored for stored in self._session.book.index.all() if stored.digest not in self._known]
        self._turn.end(f"{stage}: {_words(new)}", {**records.as_files(new), snapshot.FILE: listed})
        self._here.write(snapshot.name_of(listed))

    def _bring(self, found: list[StoredRecord]) -> set[str]:
        """The digests of the records that are kept, once this machine has them and the store."""
        name = snapshot.name_of(self._listed)
        if name == self._here.mark().snapshot:
            self._snapshots.remember(self._listed)
        elif name:
            if self._here.went_on():
                self._set_aside()
            self._here.begin()
            self._session.context.say("bringing the kept store")
            self._snapshots.bring(self._listed)
            self._here.write(name)
        self._session.book.index.take_in(found)
        return {stored.digest for stored in found}

    def _give_back(self) -> None:
        """Where something else went wrong, that is what is told."""
        with suppress(MlopsExtError):
            self._turn.end("give back", {})

    def _set_aside(self) -> None:
        """Others kept theirs since: what was done here alone is no part of it, and is not thrown away."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        place = self._session.context.state / "kept" / f"not-kept-{stamp}"
        place.mkdir(parents=True)
        shutil.copy2(self._store, place / self._store.name)
        index = self._session.book.index.folder
        if index.is_dir():
            durable.rename(index, place / index.name)
        where = self._session.context.relative(place)
        self._session.context.tell(f"what was done here and not kept lies in {where}; the kept store goes on")


def ref_of(project: str) -> str:
    """The ref of a project: its name where Git takes it, else what of it Git takes, and a digest."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", project).strip("-")
    return f"{REF}/{plain}{'' if plain == project else f'-{sha256(project.encode()).hexdigest()[:8]}'}"


def _words(new: list[StoredRecord]) -> str:
    """What a person reads in the log of the ref."""
    said = [f"{one.record.verdict}, {one.record.summary}" for one in new if one.record.phase != INTENT]
    return "; ".join(said).replace("\n", " ")[:500] or "nothing new"
