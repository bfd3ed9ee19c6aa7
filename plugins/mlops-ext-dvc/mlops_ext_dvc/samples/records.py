"""Short copies of tables that are text: CSV by records, JSON by its rows."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from mlops_ext_dvc.samples.positions import chosen

LARGEST_FIELD = 1 << 27
HEAD = 1 << 16


def separated(source: Path, target: Path, rows: int, label: str) -> tuple[int, int]:
    """By records and as text: an engine would read 01234 as a number, and a line may hold half a record."""
    csv.field_size_limit(LARGEST_FIELD)
    with source.open("rb") as raw:
        if b"\0" in raw.read(HEAD):  # two bytes a letter: not for a reader of lines
            shutil.copyfile(source, target)
            return 0, 0
    with source.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        dialect = dialect_of(file.readline())
        file.seek(0)
        header = next(csv.reader(file, dialect), [])
        at = header.index(label) if label in header else None
        file.seek(0)
        values = [row[at] if at is not None and len(row) > at else "" for row in csv.reader(file, dialect)][
            1:
        ]
        keep = chosen(len(values), rows, values if at is not None else ())
        file.seek(0)
        with target.open("w", newline="", encoding="utf-8", errors="surrogateescape") as out:
            writer = csv.writer(out, dialect, lineterminator="\n")
            writer.writerows(_kept(csv.reader(file, dialect), keep))
    return len(keep), len(values)


def lines(source: Path, target: Path, rows: int, label: str) -> tuple[int, int]:
    """JSON with a value on each line."""
    with source.open("rb") as file:
        total = sum(1 for _ in file)
        keep = chosen(total, rows)
        file.seek(0)
        with target.open("wb") as out:
            out.writelines(line for number, line in enumerate(file) if number in keep)
    return len(keep), total


def listed(source: Path, target: Path, rows: int, label: str) -> tuple[int, int]:
    """JSON that is a list of rows; any other is no table, and stays as it is."""
    text = source.read_bytes()
    try:
        body = json.loads(text)
    except ValueError:
        return lines(source, target, rows, label)
    if not isinstance(body, list):
        target.write_bytes(text)
        return 0, 0
    values = [row.get(label) if isinstance(row, dict) else None for row in body] if label else []
    hashable = all(isinstance(value, str | int | float | None) for value in values)
    keep = chosen(len(body), rows, values if hashable else ())
    target.write_text(json.dumps([row for at, row in enumerate(body) if at in keep]))
    return len(keep), len(body)


def dialect_of(header: str) -> type[csv.Dialect]:
    """The way in which a file with this first line is written."""

    class Own(csv.excel):
        delimiter = max(",;\t|", key=header.count)

    return Own


def _kept(reader: Iterator[list[str]], keep: frozenset[int]) -> Iterator[list[str]]:
    yield from (row for number, row in enumerate(reader, -1) if number < 0 or number in keep)
