"""The files of a table that is a folder, and what the names of its folders say (`year=2026/`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from mlops_ext.errors import CouldNotTellError

NOTHING = "__HIVE_DEFAULT_PARTITION__"


def visible(path: Path) -> list[Path]:
    """All files in the order of their names; hidden ones and those of a writer at work are no parts."""
    found = sorted(path.rglob("*"), key=lambda file: file.relative_to(path).as_posix())
    return [
        file
        for file in found
        if file.is_file() and not any(part[0] in "._" for part in file.relative_to(path).parts)
    ]


def files_of(path: Path, suffixes: Sequence[str], where: str) -> list[Path]:
    """The parts with one of these suffixes, or the file itself."""
    if path.is_file():
        return [path]
    files = [
        file for file in visible(path) if file.name.lower().removesuffix(".gz").endswith(tuple(suffixes))
    ]
    if not files:
        raise CouldNotTellError(
            f"no data: {where} holds no {suffixes[0]} file", hint="set `format` if it holds something else"
        )
    return files


def partition(file: Path, path: Path) -> dict[str, str | None]:
    """The columns that a part's folders give, as text."""
    named = (part.partition("=") for part in file.relative_to(path).parts[:-1] if "=" in part)
    return {unquote(key): None if value == NOTHING else unquote(value) for key, _, value in named}


def shown(file: Path, path: Path, where: str) -> str:
    """A part as people are shown it."""
    return where if file == path else f"{where}/{file.relative_to(path).as_posix()}"
