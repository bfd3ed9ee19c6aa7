"""Reading the prediction log, also while the service writes it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.model.signature import Feature

_FIRST_ANSWERS = """
SELECT at, request_id, version, id, time, features, prediction FROM predictions
WHERE n IN (
  SELECT min(n) FROM predictions WHERE event >= :start AND event < :end
  GROUP BY coalesce(id, 'n' || n), id IS NULL)
ORDER BY event, n
"""
_SIGNATURES = """
SELECT signature FROM versions WHERE version IN
  (SELECT DISTINCT version FROM predictions WHERE event >= :start AND event < :end) ORDER BY n
"""
_LATEST = "SELECT signature FROM versions ORDER BY n DESC LIMIT 1"


class Logged(NamedTuple):
    """One answer as the log has it; `features` is JSON."""

    at: str
    request_id: str
    version: int
    id: str | None
    time: str | None
    features: str
    prediction: float | str | None


class History:
    """Reads one moment of the log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, start: str, end: str) -> Iterator[Logged]:
        """The first answer to each id in the window, and all answers without an id, in order of time."""
        found = self._connection.execute(_FIRST_ANSWERS, {"start": start, "end": end})
        return (Logged(*row) for row in found)

    def features(self, start: str, end: str) -> tuple[Feature, ...]:
        """The columns of the versions that answered in the window, else of the one that served last."""
        found = self._connection.execute(_SIGNATURES, {"start": start, "end": end}).fetchall()
        found = found or self._connection.execute(_LATEST).fetchall()
        united: dict[str, Feature] = {}
        for (signature,) in found:
            for feature in msgspec.json.decode(signature, type=tuple[Feature, ...]):
                united[feature.name] = feature
        return tuple(united.values())


@contextlib.contextmanager
def open_history(file: Path) -> Iterator[History | None]:
    """The log for reading; None where there is none yet."""
    if not file.is_file():
        yield None
        return
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0, isolation_level=None
    )
    try:
        connection.execute("BEGIN")  # one moment for all that is read
        yield History(connection)
    except sqlite3.Error as error:
        raise CouldNotTellError(f"the prediction log can't be read: {error}", where=str(file)) from error
    finally:
        connection.close()
