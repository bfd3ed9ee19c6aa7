"""The tables of a repository: what an engine can read, and what the pipeline does with it."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mlops_ext.discover.dialect import LFS, PLAIN, POINTER, Dialect, look_at_text
from mlops_ext.discover.folders import inside, partitioned, without_many
from mlops_ext.discover.names import names_of
from mlops_ext.discover.pipeline import Pipeline
from mlops_ext.discover.tree import below, is_test
from mlops_ext.words import listed

PARQUET = (".parquet", ".pq")
TEXTS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
READ = (*PARQUET, *TEXTS, ".arrow", ".feather", ".ipc")
# What people keep tables in and no engine of ours reads; said, so that nobody wonders.
OTHERS = (".xlsx", ".xls", ".jsonl", ".ndjson", ".orc", ".avro", ".hdf5", ".sqlite", ".dta", ".sav", ".zip")
INPUT, OUTPUT, FILE = "input", "output", "file"


@dataclass(frozen=True)
class TableFile:
    """A table: its name in the settings, where it lies, whether it is here, and who makes it.

    `role` is input (nobody here makes it), output (a stage makes it) or file (the pipeline knows nothing of
    it); `shared` says that another clone has it too, by Git or DVC; `dialect` is a text's.
    """

    name: str
    path: str
    role: str
    here: bool
    shared: bool = True
    dialect: Dialect = field(default=PLAIN, hash=False)

    @property
    def typed(self) -> bool:
        """Whether the file itself, or the files of a folder, keep types."""
        return not (self.path.lower().endswith(TEXTS) or self.dialect.header)


def find_tables(
    root: Path, files: Iterable[str], local: Iterable[str], pipeline: Pipeline
) -> tuple[list[TableFile], list[str]]:
    """The tables, inputs first, and what was passed over, in words; `local` are files that Git ignores."""
    own = set(local)
    kept = [file for file in sorted({*files, *own}) if not is_test(file) and file not in pipeline.aside]
    folders = partitioned(file for file in kept if is_table(file))
    paths = [*folders, *(file for file in kept if is_table(file) and not inside(file, folders))]
    paths, said = without_many(paths, pipeline.inputs | pipeline.outs)
    away = [path for path in sorted(pipeline.inputs | pipeline.outs) if not (root / path).exists()]
    away = [path for path in away if path not in pipeline.aside]
    said += _unseen([path for path in away if _may_hold(path, pipeline)])
    said += [f"{path}: only CSV, Parquet and Arrow are read" for path in kept if _is_other(path)]
    paths += [path for path in away if is_table(path)]
    roles = {path: _role(path, pipeline) for path in paths}
    ordered = sorted(paths, key=lambda path: ((INPUT, FILE, OUTPUT).index(roles[path]), path))
    found = []
    for path, name in names_of(ordered).items():
        dialect = _look(root / path)
        said += [f"{path}: it {dialect.refused}"] if dialect.refused else []
        if not dialect.refused:
            shared = not (path in own or any(below(file, path) for file in own))
            found.append(TableFile(name, path, roles[path], (root / path).exists(), shared, dialect))
    return found, said


def is_table(path: str) -> bool:
    """Whether a file's name says that an engine reads it."""
    return path.lower().endswith(READ)


def _look(path: Path) -> Dialect:
    """How a text table is written, or why a file is no table."""
    if path.is_dir():
        path = next((part for part in sorted(path.rglob("*")) if is_table(part.name)), path)
    if not path.is_file():
        return PLAIN
    if path.name.lower().endswith(TEXTS):
        try:
            return look_at_text(path)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            return Dialect(refused=f"can't be read: {error}")
    with path.open("rb") as file:
        pointer = file.read(len(LFS)) == LFS
    return Dialect(refused=POINTER) if pointer else PLAIN


def _is_other(path: str) -> bool:
    return path.lower().endswith(OTHERS)


def _may_hold(path: str, pipeline: Pipeline) -> bool:
    """A folder that DVC brings, as far as a name can tell."""
    return not posixpath.splitext(path)[1] and path in {*pipeline.outs, *pipeline.pointers}


def _unseen(folders: list[str]) -> list[str]:
    return [f"{listed(folders)}: not here (dvc pull brings what DVC tracks)"] if folders else []


def _role(path: str, pipeline: Pipeline) -> str:
    def is_one_of(known: Iterable[str]) -> bool:
        return any(below(path, place) for place in known)

    return OUTPUT if is_one_of(pipeline.outs) else INPUT if is_one_of(pipeline.inputs) else FILE
