"""How a text table is written: what the first lines of a file show, as the settings of its table."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_AT = 64 * 1024
SEPARATORS = (",", ";", "\t", "|")
LFS = b"version https://git-lfs"
POINTER = "is a pointer of Git LFS: git lfs pull brings the table"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
# Bytes that Windows writes where Latin-1 has controls that nobody types.
_WINDOWS = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True)
class Dialect:
    """Settings that differ from the defaults, the names of the columns, or why this is no table for us."""

    settings: dict[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    refused: str = ""


PLAIN = Dialect()


def look_at_text(path: Path) -> Dialect:
    """The dialect of a CSV or TSV file by its first lines."""
    content, whole = _start(path)
    if content.startswith(LFS):
        return Dialect(refused=POINTER)
    encoding = _encoding(content, whole)
    text = content.decode(encoding, errors="ignore")
    lines = text.splitlines() if whole else text.splitlines()[:-1] or text.splitlines()
    if not any(line.strip() for line in lines):
        return Dialect(refused="is empty")
    separator = _separator(lines, "\t" if ".tsv" in path.name.lower() else ",")
    rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    refused = _refused(rows[0], rows[1:])
    settings = {} if encoding == "utf-8" else {"encoding": encoding}
    settings |= (
        {} if separator == ("\t" if ".tsv" in path.name.lower() else ",") else {"delimiter": separator}
    )
    settings |= {"decimal": ","} if separator != "," and _has_decimal_commas(rows[1:]) else {}
    return Dialect(settings, tuple(rows[0]), refused)


def _start(path: Path) -> tuple[bytes, bool]:
    """The first bytes, and whether they are all."""
    packed = path.name.lower().endswith(".gz")
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) if packed else raw as file:
        content = file.read(LOOK_AT + 1)
    return content[:LOOK_AT], len(content) <= LOOK_AT


def _encoding(content: bytes, whole: bool) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # A letter may be cut in two at the end.
        content[: len(content) if whole else -4].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if _WINDOWS.search(content) else "latin-1"
    return "utf-8"


def _separator(lines: Sequence[str], usual: str) -> str:
    """The one that gives the header several fields and most rows as many; the usual one where none does."""
    best, most = usual, (0.0, 0)
    for separator in (usual, *(other for other in SEPARATORS if other != usual)):
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        if not widths or widths[0] < 2:
            continue
        agreeing = sum(width == widths[0] for width in widths) / len(widths)
        if (agreeing, widths[0]) > most and agreeing > 0.5:
            best, most = separator, (agreeing, widths[0])
    return best


def _refused(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if all(_NUMBER.fullmatch(name.strip()) for name in header):
        return "has no header: its first line is numbers"
    if rows and len(header) == 1 and len(max(rows, key=len)) > 1:
        return "does not begin with its header"
    return ""


def _has_decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    values = [value.strip() for row in rows for value in row if _NUMBER.fullmatch(value.strip())]
    return any(_COMMA.fullmatch(value) for value in values) and not any("." in value for value in values)
