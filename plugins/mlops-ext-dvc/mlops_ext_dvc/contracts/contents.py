"""Whether a file or folder holds anything, and can be read as what its name says it is."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import tomllib
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TextIO

from mlops_ext.files import files_below
from mlops_ext_dvc.samples.records import LARGEST_FIELD, dialect_of

LARGEST = 64 << 20
HEAD = 1 << 16
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Content(NamedTuple):
    """What was found: `fault` is empty where all is well, else it says what is wrong with `form`."""

    fault: str
    said: str = ""
    bytes: int = 0


class UnreadableError(ValueError):
    """The bytes are not what the name says."""


def look(path: Path, name: str = "") -> Content:
    """What a file or folder holds; `name` tells the form where the path's own suffix does not."""
    if path.is_dir():
        return _folder(path)
    size = path.stat().st_size
    if size == 0:
        return Content("is empty: it has 0 bytes")
    form = form_of(name or path.name)
    try:
        empty = READERS[form](path) if form in READERS else ""
    except (UnreadableError, ValueError, OSError, EOFError, RecursionError, csv.Error, zlib.error) as error:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        return Content(f"can't be read as {NAMES.get(form, form)}: {first[:200]}", bytes=size)
    return Content(f"is empty: it holds {empty}" if empty else "", f"{size:,} bytes", size)


def form_of(name: str) -> str:
    """The suffix by which a file is read, compression left out."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes if suffix.lower() != ".gz"]
    found = suffixes[-1].lstrip(".") if suffixes else ""
    return {"pq": "parquet", "yml": "yaml", "ndjson": "jsonl"}.get(found, found)


def is_readable(name: str) -> bool:
    """Whether a file of this name is one whose bytes mean something to us: it is never meant to be empty."""
    return form_of(name) in READERS


def header(path: Path) -> list[str]:
    """The first row of a table that is text."""
    with _text(path) as file:
        return next(csv.reader(file, dialect_of(_first_line(_head(path)))), [])


def _folder(folder: Path) -> Content:
    files = list(files_below(folder))
    if not files:
        return Content("is an empty folder")
    found = [(file, look(file)) for file in files]
    size = sum(content.bytes for _, content in found)
    broken = next(((file, one) for file, one in found if one.fault.startswith("can't")), None)
    if broken:
        return Content(f"holds {broken[0].relative_to(folder)}, which {broken[1].fault}", bytes=size)
    if all(content.fault for _, content in found):
        return Content(f"holds only empty files: {len(files)} of them")
    return Content("", f"{len(files):,} files, {size:,} bytes", size)


def _parquet(path: Path) -> str:
    import pyarrow.parquet as pq

    return "" if pq.read_metadata(path).num_rows else "no rows"


def _csv(path: Path) -> str:
    head = _head(path)
    if head.startswith(WIDE):
        return ""
    if b"\0" in head:
        raise UnreadableError("it holds bytes that are no text")
    csv.field_size_limit(LARGEST_FIELD)
    with _text(path) as file:
        rows = (row for row in csv.reader(file, dialect_of(_first_line(head))) if any(row))
        first, second = next(rows, None), next(rows, None)
    if first is None:
        return "no rows and no header"
    return "a header and no rows" if second is None and not all(map(_is_number, first)) else ""


def _json(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        return ""
    text = _bytes(path).decode("utf-8-sig")
    try:
        body = json.loads(text)
    except ValueError as error:
        if not _are_lines(text):
            raise UnreadableError(str(error)) from error
        return ""
    return "nothing" if body in ({}, [], None, "") else ""


def _lines(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        return ""
    rows = [line for line in _bytes(path).decode("utf-8-sig").splitlines() if line.strip()]
    for row in rows:
        json.loads(row)
    return "" if rows else "no rows"


def _yaml(path: Path) -> str:
    # Its grammar alone: what tags and several documents in it mean is between the steps.
    import yaml

    if path.stat().st_size > LARGEST:
        return ""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        marks = list(yaml.parse(_bytes(path), Loader=loader))
    except yaml.YAMLError as error:
        raise UnreadableError(str(error)) from error
    holds = (yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.ScalarEvent)
    return "" if any(isinstance(mark, holds) and getattr(mark, "value", "x") for mark in marks) else "nothing"


def _toml(path: Path) -> str:
    return "" if tomllib.loads(path.read_text(encoding="utf-8")) else "nothing"


READERS: dict[str, Callable[[Path], str]] = {
    "parquet": _parquet,
    "csv": _csv,
    "tsv": _csv,
    "json": _json,
    "jsonl": _lines,
    "yaml": _yaml,
    "toml": _toml,
}
NAMES = {
    "parquet": "Parquet", "csv": "CSV", "tsv": "TSV", "json": "JSON", "jsonl": "JSON lines",
    "yaml": "YAML", "toml": "TOML",
}  # fmt: skip


def _are_lines(text: str) -> bool:
    rows = [line for line in text.splitlines() if line.strip()]
    try:
        return len(rows) > 1 and all(isinstance(json.loads(row), dict | list) for row in rows)
    except ValueError:
        return False


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _head(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(HEAD)


def _text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _first_line(head: bytes) -> str:
    return head.decode("utf-8", "replace").partition("\n")[0]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
