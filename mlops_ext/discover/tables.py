"""The tables of a repository: files and folders that an engine can read, and what the pipeline does with them."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mlops_ext.discover.pipeline import Pipeline
from mlops_ext.discover.tree import below, is_test

PARQUET = (".parquet", ".pq")
TEXTS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
READ = (*PARQUET, *TEXTS, ".arrow", ".feather", ".ipc")
# What people keep tables in and no engine of ours reads; said, so that nobody wonders.
OTHERS = (
    ".xlsx",
    ".xls",
    ".jsonl",
    ".ndjson",
    ".orc",
    ".avro",
    ".h5",
    ".hdf5",
    ".sqlite",
    ".dta",
    ".sav",
    ".zip",
)
INPUT, OUTPUT, FILE = "input", "output", "file"
# More files of one kind in one folder are parts of something, or pictures of a hundred runs.
MANY = 20


@dataclass(frozen=True)
class TableFile:
    """A table: its name in the settings, where it lies, whether it is here, and who makes it.

    `role` is input (nobody here makes it), output (a stage makes it) or file (the pipeline knows nothing of it).
    """

    name: str
    path: str
    role: str
    here: bool

    @property
    def typed(self) -> bool:
        """Whether the file itself keeps types."""
        return not self.path.lower().endswith(TEXTS)


def find_tables(root: Path, files: Iterable[str], pipeline: Pipeline) -> tuple[list[TableFile], list[str]]:
    """The tables, inputs first, and what was passed over, in words."""
    kept = [file for file in files if not is_test(file) and file not in pipeline.aside]
    folders = _partitioned(kept)
    paths = [*folders, *(file for file in kept if _is_table(file) and not _inside(file, folders))]
    paths, said = _without_many(paths)
    tracked = pipeline.inputs | pipeline.outs
    away = [path for path in sorted(tracked) if not (root / path).exists() and path not in pipeline.aside]
    said += [
        f"{path} is tracked and not here: its tables are not known yet" for path in away if _may_hold(path)
    ]
    paths += [path for path in away if _is_table(path)]
    said += [
        f"not read: {path} (CSV, Parquet and Arrow are)" for path in kept if path.lower().endswith(OTHERS)
    ]
    roles = {path: _role(path, pipeline) for path in paths}
    ordered = sorted(paths, key=lambda path: ((INPUT, FILE, OUTPUT).index(roles[path]), path))
    names = _names(ordered)
    return [TableFile(names[path], path, roles[path], (root / path).exists()) for path in ordered], said


def _is_table(path: str) -> bool:
    return path.lower().endswith(READ)


def _may_hold(path: str) -> bool:
    """A folder, as far as a name can tell."""
    return not posixpath.splitext(path)[1]


def _partitioned(files: Iterable[str]) -> list[str]:
    """Folders that are one table: below `key=value`, or in numbered parts."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in files:
        if not file.lower().endswith(PARQUET):
            continue
        parts = file.split("/")
        keys = [number for number, part in enumerate(parts[:-1]) if re.match(r"[^=]+=", part)]
        if keys and keys[0]:
            found["/".join(parts[: keys[0]])].append(file)
        elif len(parts) > 1 and re.match(r"part[-_.]?\d+|\d+\.", parts[-1]):
            found["/".join(parts[:-1])].append(file)
    return sorted(found)


def _inside(file: str, folders: Iterable[str]) -> bool:
    return any(below(file, folder) for folder in folders)


def _without_many(paths: list[str]) -> tuple[list[str], list[str]]:
    by_folder: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        by_folder[posixpath.dirname(path)].append(path)
    kept = [path for found in by_folder.values() if len(found) <= MANY for path in found]
    said = [
        f"{len(found)} files in {folder or 'the project folder'} look like tables: name those that are"
        for folder, found in by_folder.items()
        if len(found) > MANY
    ]
    return kept, said


def _role(path: str, pipeline: Pipeline) -> str:
    def is_one_of(known: Iterable[str]) -> bool:
        return any(below(path, place) for place in known)

    return OUTPUT if is_one_of(pipeline.outs) else INPUT if is_one_of(pipeline.inputs) else FILE


def _names(paths: Iterable[str]) -> dict[str, str]:
    """A name for each path: that of the file, with folders before it until no other has it."""
    parts = {path: list(_words(path)) for path in paths}
    deep = dict.fromkeys(parts, 1)
    while True:
        names = {path: "-".join(words[-deep[path] :]) for path, words in parts.items()}
        shared = [path for path in names if list(names.values()).count(names[path]) > 1]
        longer = [path for path in shared if deep[path] < len(parts[path])]
        if not longer:
            return names | _numbered(shared, names)
        for path in longer:
            deep[path] += 1


def _words(path: str) -> Iterator[str]:
    stem = re.sub(r"(\.gz)?$", "", path)
    stem = posixpath.splitext(stem)[0] if _is_table(path) else path
    for part in stem.split("/"):
        yield re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-").lower() or "table"


def _numbered(shared: Iterable[str], names: dict[str, str]) -> dict[str, str]:
    """`orders.csv` and `orders.parquet` in one folder differ in nothing but this."""
    return {path: f"{names[path]}-{_suffix(path)}" for path in shared}


def _suffix(path: str) -> str:
    return "-".join(posixpath.basename(path).lower().split(".")[1:])
