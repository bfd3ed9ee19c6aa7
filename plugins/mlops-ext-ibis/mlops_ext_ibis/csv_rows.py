"""A CSV file's header as it is written, and its first row that does not fit it."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from mlops_ext.errors import CouldNotTellError, SettingsError

if TYPE_CHECKING:
    from mlops_ext.contract.settings import CsvSettings

GZIP = b"\x1f\x8b"
BROKEN = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)
OTHERS = {";": "`;`", "\t": "a tab", "|": "`|`", ",": "`,`"}


def header(path: Path, where: str, name: str, dialect: CsvSettings) -> list[str]:
    """The names in the first row; exit 2 where another delimiter is plainly meant.

    One without a name, as of an index that was written too, has the name that pandas gives it: the team's
    code and suites know it by that.
    """
    try:
        with _text(path, dialect) as file:
            found = next(_rows(file, dialect), None)
    except BROKEN as error:
        raise CouldNotTellError(
            f"can't read the header: {error}", where=where, hint=f"data.{name}.csv.encoding?"
        ) from error
    if not found:
        raise CouldNotTellError(
            f"{where} ({path.stat().st_size:,} bytes) has no header", hint="its writer was stopped?"
        )
    if len(found) == 1 and not dialect.delimiter:
        for other, word in OTHERS.items():
            fields = found[0].count(other) + 1
            if fields > 1:
                raise SettingsError(
                    f"found 1 column where {word} gives {fields}; looks like {word}: `{found[0][:60]}`",
                    key=f"data.{name}.csv.delimiter", file=where,
                    hint=f"set it to {other!r}, and `decimal` if numbers have a comma",
                )  # fmt: skip
    return [field or f"Unnamed: {at}" for at, field in enumerate(found)]


def is_packed(path: Path) -> bool:
    """Whether the bytes are gzip's: a file out of a store has lost its name."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


def first_misfit(path: Path, width: int, dialect: CsvSettings) -> tuple[int, int, bool] | None:
    """Line, number of fields, and whether the last one is empty, of the first row that does not fit."""
    try:
        with _text(path, dialect) as file:
            rows = csv.reader(file, delimiter=dialect.delimiter or ",", quotechar=dialect.quote or None)
            for row in rows:
                if row and len(row) != width:
                    return rows.line_num, len(row), len(row) == width + 1 and not row[-1]
    except BROKEN:
        return None
    return None


def _rows(file: IO[str], dialect: CsvSettings) -> Iterator[list[str]]:
    rows = csv.reader(file, delimiter=dialect.delimiter or ",", quotechar=dialect.quote or None)
    return (row for row in rows if row)


@contextmanager
def _text(path: Path, dialect: CsvSettings) -> Iterator[IO[str]]:
    encoding = "utf-8-sig" if dialect.encoding.lower() in {"utf-8", "utf8"} else dialect.encoding
    if is_packed(path):
        with gzip.open(path, "rt", encoding=encoding, newline="") as packed:
            yield cast("IO[str]", packed)
    else:
        with path.open(encoding=encoding, newline="") as file:
            yield file
