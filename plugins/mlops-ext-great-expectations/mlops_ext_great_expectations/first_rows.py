"""The first two rows of a text file that pandas read: what it made of them is not seen in the frame."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from mlops_ext.errors import RefusedError

# With any other option pandas was told what to make of the file.
PLAIN = ("dtype", "parse_dates", "engine", "sep", "delimiter", "encoding")


def refuse(spec: Mapping[str, Any]) -> None:
    """Refuse a name that pandas changed, and rows whose first field became the index."""
    options, path = dict(spec.get("reader_options") or {}), Path(str(spec.get("path") or ""))
    separator = str(options.get("sep") or options.get("delimiter") or ",")
    if spec.get("reader_method") != "read_csv" or set(options) - set(PLAIN) or len(separator) > 1:
        return
    (_, names), (line, row) = _rows(path, separator, str(options.get("encoding") or "utf-8-sig"))
    twice = next((name for name in names if name and names.count(name) > 1), "")
    if twice:
        places = " and ".join(str(at) for at, name in enumerate(names, start=1) if name == twice)
        raise RefusedError(
            f"a column name is there twice: `{twice}` is column {places}", where=str(path), hint="rename one"
        )
    if len(row) > len(names):
        raise RefusedError(
            f"line {line} has {len(row)} fields, the header has {len(names)}: pandas makes one an index",
            where=str(path),
            hint="every column is shifted after that: write the file again",
        )


def _rows(path: Path, separator: str, encoding: str) -> list[tuple[int, list[str]]]:
    """The first two rows, each with the number of its last line."""
    found: list[tuple[int, list[str]]] = []
    packed = path.suffix == ".gz"
    if path.is_file() and path.suffix in {"", ".csv", ".tsv", ".txt", ".gz"}:
        with gzip.open(path, "rt", encoding=encoding) if packed else path.open(encoding=encoding) as text:
            rows = csv.reader(text, delimiter=separator)
            found = list(islice(((rows.line_num, row) for row in rows if row), 2))
    return [*found, (0, []), (0, [])][:2]
