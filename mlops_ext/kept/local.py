"""The store on this machine as a copy of the kept one."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.kept import records, snapshot
from mlops_ext.kept.here import Here
from mlops_ext.kept.snapshot import Snapshots

if TYPE_CHECKING:
    from mlops_ext.kept.ref import StateRef, Tip
    from mlops_ext.session import Session


class Local:
    """Brings what a commit of the ref lists, and freezes what is here."""

    def __init__(self, session: Session, store: Path, scratch: Path) -> None:
        self._session = session
        self._store = store
        self._here = Here(session.context.state, store)
        self._snapshots = Snapshots(session, store, scratch)

    def bring(self, ref: StateRef, tip: Tip) -> set[str]:
        """The digests of the records that are kept, once this machine has them and the store."""
        listed = ref.read(tip, snapshot.FILE) or b""
        found = records.found(ref, tip)
        if listed and snapshot.name_of(listed) != self._here.mark().snapshot:
            if self._here.went_on():
                self._set_aside()
            self._here.begin()
            self._session.context.say("bringing the kept store")
            self._snapshots.bring(listed)
            self._here.write(snapshot.name_of(listed))
        self._snapshots.remember(listed)
        self._session.book.index.take_in(found)
        return {stored.digest for stored in found}

    def freeze(self) -> bytes:
        """The list of the store as it is here, all of whose files are kept."""
        return self._snapshots.keep()

    def write(self, listed: bytes) -> None:
        """What is here is what this list says, and others know it."""
        self._here.write(snapshot.name_of(listed))

    @property
    def went_on(self) -> bool:
        """Whether something was done here that is not kept."""
        return self._here.went_on()

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
