"""All records of a project: the index is read first, the store is asked where it may know more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from mlops_ext.contract.gate import trusted
from mlops_ext.contract.records import INTENT, RECORD, RecordQuery, StageRecord, StoredRecord
from mlops_ext.errors import CouldNotTellError
from mlops_ext.records import statement
from mlops_ext.records.index import Index, matches

Find = Callable[[RecordQuery], Sequence[StoredRecord] | None]
Save = Callable[[StoredRecord], object]


class Book:
    """Saves to index and store, and finds in both."""

    def __init__(self, project: str, index: Index, find: Find, save: Save) -> None:
        self.project = project
        self.index = index
        self._find = find
        self._save = save

    def save(self, record: StageRecord) -> StoredRecord:
        """Keep a record: the store first, since only it outlives the machine."""
        stored = statement.store(record)
        self._save(stored)
        self.index.save(stored)
        return stored

    def save_here(self, record: StageRecord) -> StoredRecord:
        """Keep a record in the index alone: for answers that must not be lost while there is no store."""
        stored = statement.store(record)
        self.index.save(stored)
        return stored

    def passed(self, key: str, zone: str) -> StoredRecord | None:
        """The newest record with this key that `zone` may trust, if it is a pass."""
        known = self.index.by_key(key) or self._ask(RecordQuery(project=self.project, key=key, phase=RECORD))
        mine = [
            stored for stored in known if stored.record.phase == RECORD and trusted(stored.record.zone, zone)
        ]
        return mine[0] if mine and mine[0].record.verdict == "pass" else None

    def get(self, digest: str) -> StoredRecord | None:
        """A record by its digest, or by the first eight digits or more."""
        known = self.index.get(digest)
        if known:
            return known
        found = self._ask(RecordQuery(project=self.project, digest=digest, limit=1))
        return found[0] if found else None

    def find(self, query: RecordQuery) -> list[StoredRecord]:
        """Records of index and store that match, newest first, each once."""
        known = self.index.find(query)
        more = self._ask(replace(query, known=tuple(stored.digest for stored in known)))
        found = {stored.digest: stored for stored in (*known, *more)}
        newest = sorted(
            found.values(), key=lambda stored: stored.record.ended or stored.record.started, reverse=True
        )
        return newest[: query.limit]

    def open_intents(self, stage: str, *, model: str = "", target: str = "") -> list[StoredRecord]:
        """Intents that no record names as a parent: an effect may have been left half way."""
        query = RecordQuery(
            project=self.project, stage=stage, model=model, target=target, phase=INTENT, limit=50
        )
        intents = self.find(query)
        if not intents:
            return []
        closing = RecordQuery(
            project=self.project, stage=stage, model=model, target=target, phase=RECORD, limit=200
        )
        closed = {parent for stored in self.find(closing) for parent in stored.record.parents}
        return [stored for stored in intents if stored.digest not in closed]

    def _ask(self, query: RecordQuery) -> list[StoredRecord]:
        found = []
        for stored in self._find(query) or ():
            if hashlib.sha256(stored.statement).hexdigest() != stored.digest:
                raise CouldNotTellError(
                    f"the store gave bytes for record {stored.digest[:12]} that don't hash to its name",
                    hint="somebody changed the record: see who can write to the store",
                )
            checked = statement.read(stored.statement)
            if query.digest or matches(checked.record, query):
                self.index.save(checked)
                found.append(checked)
        return found
