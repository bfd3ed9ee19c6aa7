"""Shortened tables for a sample run: new files, never a change to those of the team."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import files_below
from mlops_ext_dvc.samples import records, row_groups
from mlops_ext_dvc.samples.positions import spread

Writer = Callable[[Path, Path, int, str], tuple[int, int]]
FORMS: dict[str, Writer] = {
    "parquet": row_groups.parquet,
    "csv": records.separated,
    "tsv": records.separated,
    "jsonl": records.lines,
    "ndjson": records.lines,
    "json": records.listed,
}
SUFFIXES = {"pq": "parquet"}


class Short(NamedTuple):
    """What became of a file or folder: rows kept of rows there, and files that are no tables, of files."""

    kept: int = 0
    rows: int = 0
    whole: int = 0
    files: int = 0

    def __str__(self) -> str:
        if not self.rows:
            return "whole" if self.whole == self.files else f"{self.whole:,} of {self.files:,} files"
        text = f"{self.kept:,} of {self.rows:,} rows"
        return f"{text}, {self.whole:,} other files" if self.whole else text


def shorten(source: Path, target: Path, rows: int, form: str = "", label: str = "") -> Short:
    """Write about `rows` rows of a table to `target`, some of each value of `label`; other kinds whole.

    A folder is one table in many files, whose names stay; of what is no table `rows` files are kept.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        return _folder(source, target, rows, label)
    form = form if form in FORMS else form_of(target.name)
    write = FORMS.get(form)
    if write is None:
        shutil.copyfile(source, target)
        return Short(whole=1, files=1)
    try:
        kept, there = write(source, target, rows, label)
    except (ValueError, OSError, csv.Error) as error:
        message = f"{target.name} can't be read as {form}: {error}"
        raise CouldNotTellError(message, where=str(source)) from error
    return Short(kept, there)


def form_of(name: str) -> str:
    """The form that a suffix names; empty when it is none that we can shorten."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    return SUFFIXES.get(suffix, suffix if suffix in FORMS else "")


def _folder(source: Path, target: Path, rows: int, label: str) -> Short:
    target.mkdir(exist_ok=True)
    files = list(files_below(source))
    tables = [file for file in files if form_of(file.name)]
    others = [file for file in files if not form_of(file.name)]
    share = max(1, -(-rows // max(len(tables), 1)))
    done = [shorten(file, target / file.relative_to(source), share, label=label) for file in tables]
    chosen = [others[at] for at in spread(len(others), rows)]
    for file in chosen:
        shorten(file, target / file.relative_to(source), rows)
    kept, there = sum(one.kept for one in done), sum(one.rows for one in done)
    return Short(kept, there, len(chosen), len(others))
