"""The folder `.mlops-ext/records/`: read first, one file per record, never torn."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlops_ext import durable
from mlops_ext.contract.records import RecordQuery, StageRecord, StoredRecord
from mlops_ext.errors import CouldNotTellError
from mlops_ext.records import statement


class Index:
    """Records as files `<2 hex>/<digest>.json`, and by key as empty files `keys/<key>/<digest>`.

    A file whose bytes don't hash to its name is not a record.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, stored: StoredRecord) -> None:
        """Keep a record; once more is nothing."""
        path = self._path(stored.digest)
        if not path.is_file():
            durable.write_bytes(path, stored.statement)
        self._mark(stored)

    def _mark(self, stored: StoredRecord) -> None:
        mark = self.folder / "keys" / stored.record.key / stored.digest
        if not mark.exists():
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()

    def take_in(self, many: Iterable[StoredRecord]) -> None:
        """Keep records that are kept elsewhere too, all in one step: what a kill leaves out comes again."""
        durable.step("write", self._take_in, many)

    def _take_in(self, many: Iterable[StoredRecord]) -> None:
        for stored in many:
            path = self._path(stored.digest)
            if self._read(path) is None:
                path.parent.mkdir(parents=True, exist_ok=True)
                coming = path.with_name(f".{path.name}.{os.getpid()}")
                coming.write_bytes(stored.statement)
                os.replace(coming, path)
            self._mark(stored)

    def all(self) -> list[StoredRecord]:
        """Every record, in no order."""
        return list(self._all())

    def get(self, digest: str) -> StoredRecord | None:
        """The record of a digest or of its first eight digits or more."""
        if len(digest) == 64:
            return self._read(self._path(digest))
        found = list((self.folder / digest[:2]).glob(f"{digest}*.json")) if len(digest) >= 8 else []
        return self._read(found[0]) if len(found) == 1 else None

    def by_key(self, key: str) -> list[StoredRecord]:
        """Records with a key, newest first."""
        marks = self.folder / "keys" / key
        names = [mark.name for mark in marks.iterdir()] if marks.is_dir() else []
        found = [self._read(self._path(name)) for name in names]
        return sorted((record for record in found if record), key=_ended, reverse=True)

    def find(self, query: RecordQuery) -> list[StoredRecord]:
        """Records that match, newest first."""
        if query.digest:
            one = self.get(query.digest)
            return [one] if one and matches(one.record, query) else []
        pool = self.by_key(query.key) if query.key else sorted(self._all(), key=_ended, reverse=True)
        return [stored for stored in pool if matches(stored.record, query)][: query.limit]

    def _all(self) -> Iterator[StoredRecord]:
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*.json"):
            stored = self._read(path)
            if stored:
                yield stored

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.json"

    def _read(self, path: Path) -> StoredRecord | None:
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != path.stem:
            return None
        try:
            return statement.read(content)
        except CouldNotTellError:
            return None


def matches(record: StageRecord, query: RecordQuery) -> bool:
    """Whether a record is one that a query asks for (its digest aside)."""
    wanted = (
        (query.project, record.project),
        (query.stage, record.stage),
        (query.key, record.key),
        (query.phase, record.phase),
        (query.model, record.model),
        (query.target, record.target),
    )
    if any(asked and asked != value for asked, value in wanted):
        return False
    return not query.subject or any(ref.name == query.subject for ref in (*record.inputs, *record.outputs))


def _ended(stored: StoredRecord) -> tuple[str, str]:
    return (stored.record.ended or stored.record.started, stored.digest)
