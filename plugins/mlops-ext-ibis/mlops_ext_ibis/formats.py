"""Which format a table has: by its files' suffixes, unless the settings say."""

from __future__ import annotations

from pathlib import Path

from mlops_ext.errors import SettingsError
from mlops_ext_ibis import parts

SUFFIXES = {
    "parquet": (".parquet", ".pq"),
    "csv": (".csv", ".tsv"),
    "arrow": (".arrow", ".feather", ".ipc"),
    "jsonl": (".jsonl", ".ndjson"),
}
KNOWN = "parquet, csv, arrow or jsonl"


def format_of(path: Path, name: str, named: Path = Path()) -> str:
    """The format by suffix; that of a folder is its files', which are all of one.

    Bytes out of a store may have lost their name: then it is that of the table, `named`.
    """
    if path.is_dir():
        return _format_of_folder(path, name)
    found = _by_suffix(path) or _by_suffix(named)
    if not found:
        raise SettingsError(f"can't tell the format of {path.name}", key=f"data.{name}.format", hint=KNOWN)
    return found


def known(kind: str, name: str) -> str:
    """A format that there is a reader for."""
    if kind not in SUFFIXES:
        raise SettingsError(f"unknown format `{kind}`", key=f"data.{name}.format", hint=KNOWN)
    return kind


def _by_suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return next((kind for kind, known in SUFFIXES.items() if suffixes and suffixes[-1] in known), "")


def _format_of_folder(path: Path, name: str) -> str:
    found = {kind for file in parts.visible(path) if (kind := _by_suffix(Path(file.name)))}
    if len(found) > 1:
        raise SettingsError(
            f"the folder holds {' and '.join(sorted(found))}", key=f"data.{name}.format", file=path.name,
            hint="say which of them is the table",
        )  # fmt: skip
    return found.pop() if found else "parquet"
