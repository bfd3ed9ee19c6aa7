"""The prediction log: a prediction that was answered is in it, whatever is killed."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from mlops_ext_serve.model.signature import Feature

_TABLES = """
CREATE TABLE IF NOT EXISTS predictions (
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, request_id TEXT NOT NULL, row INTEGER NOT NULL,
  version INTEGER NOT NULL, digest TEXT NOT NULL, id TEXT, time TEXT, event TEXT NOT NULL,
  features TEXT NOT NULL, prediction);
CREATE INDEX IF NOT EXISTS predictions_by_event ON predictions (event);
CREATE TABLE IF NOT EXISTS versions (
  n INTEGER PRIMARY KEY, version INTEGER NOT NULL, digest TEXT NOT NULL UNIQUE, signature TEXT NOT NULL);
"""
_INSERT = (
    "INSERT INTO predictions (at, request_id, row, version, digest, id, time, event, features, prediction)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Row(NamedTuple):
    """One answered row. `at` is its arrival, `event` its own time or the arrival: UTC text that sorts."""

    at: str
    request_id: str
    row: int
    version: int
    digest: str
    id: str | None
    time: str | None
    event: str
    features: str
    prediction: float | str | None


class PredictionLog:
    """Appends rows; what `write` returned from is on the disk. Safe for several threads."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=10.0)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_TABLES)

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows, all or none, in one commit."""
        with self._lock, self._transaction():
            self._connection.executemany(_INSERT, rows)

    def know(self, version: int, digest: str, features: Sequence[Feature]) -> None:
        """Remember which columns a version takes: exports of windows need it when the model is long gone."""
        with self._lock, self._transaction():
            self._connection.execute("DELETE FROM versions WHERE digest = ?", (digest,))
            self._connection.execute(
                "INSERT INTO versions (version, digest, signature) VALUES (?, ?, ?)",
                (version, digest, msgspec.json.encode(tuple(features)).decode()),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
