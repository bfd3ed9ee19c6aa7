"""The places of artifacts that a database names: absolute on the machine where they were made.

In a copy that is kept they begin with `kept://`, and are made absolute again where it is restored.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

KEPT = "kept://"
COLUMNS = (
    ("experiments", "artifact_location", ""),
    ("runs", "artifact_uri", ""),
    ("logged_models", "artifact_location", ""),
    ("model_versions", "source", ""),
    ("model_versions", "storage_location", ""),
    ("trace_tags", "value", "key = 'mlflow.artifactLocation'"),
)


def lift(database: Path, base: Path) -> None:
    """Let everything below `base` begin with `kept://`."""
    _replace(database, f"file://{base}/", KEPT)
    _replace(database, f"{base}/", KEPT)


def land(database: Path, base: Path) -> None:
    """Let everything that begins with `kept://` lie below `base`."""
    _replace(database, KEPT, f"{base}/")


def places(database: Path) -> tuple[list[str], list[str]]:
    """Of a lifted database: the outermost folders that are kept, and what lies elsewhere on this machine."""
    found = sorted(_found(database))
    mine = [f"{name.removeprefix(KEPT).rstrip('/')}/" for name in found if name.startswith(KEPT)]
    outermost: list[str] = []
    # With the slash, what lies below a folder comes right behind it.
    for name in sorted(mine):
        if not outermost or not name.startswith(outermost[-1]):
            outermost.append(name)
    return outermost, [name for name in found if name.startswith(("/", "file:"))]


def _found(database: Path) -> set[str]:
    with _open(database) as connection:
        columns = [row for row in _known(connection) if row[0] != "model_versions"]
        return {
            os.path.normpath(value) if value.startswith("/") else value
            for table, column, where in columns
            for (value,) in connection.execute(
                f"select distinct {column} from {table} where {where or 'true'}"  # noqa: S608 - names of ours
            )
            if value
        }


def _replace(database: Path, old: str, new: str) -> None:
    with _open(database) as connection:
        for table, column, where in _known(connection):
            connection.execute(
                f"update {table} set {column} = ? || substr({column}, ?)"  # noqa: S608 - names of ours
                f" where substr({column}, 1, ?) = ? and {where or 'true'}",
                (new, len(old) + 1, len(old), old),
            )


def _known(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Those that this database has: each version of MLflow has other tables."""
    for table, column, where in COLUMNS:
        names = [row[1] for row in connection.execute(f"pragma table_info({table})")]
        if column in names:
            yield table, column, where


@contextmanager
def _open(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection that keeps all that was done, or nothing of it."""
    with closing(sqlite3.connect(database)) as connection, connection:
        yield connection
