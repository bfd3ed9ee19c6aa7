"""A table's file as a pandas frame: of a large one, rows from all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlops_ext.testing.training.adapter import Frame
from mlops_ext.testing.training.answer import Untestable

LARGE = 500_000
BYTES = 200_000_000
CHUNK = 100_000
HINT = "write rows() in the adapter: a frame with the label"


def read(table: str, form: str) -> Frame:
    """The rows of a file; `form` is csv, tsv, parquet, json, jsonl, feather, or empty for "by suffix"."""
    if not table:
        raise Untestable("there is no table to learn from", hint=f"name one, or {HINT}")
    path = Path(table)
    if not path.exists():
        raise Untestable(f"{path} is not here", hint=f"dvc pull brings tracked data; or {HINT}")
    suffixes = [suffix.lstrip(".").lower() for suffix in path.suffixes]
    known = [READERS[word] for word in (form, *reversed(suffixes)) if word in READERS]
    if not known and not path.is_dir():
        raise Untestable(f"nothing here reads {path.name}", hint=HINT)
    return known[0](path) if known else _parquet(path)


def _csv(path: Path) -> Frame:
    import pandas

    head = pandas.read_csv(path, sep="\x01", nrows=0).columns
    delimiter = max(",;\t|", key=str(head[0]).count)
    step = max(1, path.stat().st_size // BYTES)
    chunks = pandas.read_csv(path, sep=delimiter, chunksize=CHUNK)
    return pandas.concat([chunk.iloc[::step] for chunk in chunks], ignore_index=True)


def _parquet(path: Path) -> Frame:
    import pandas

    try:
        import pyarrow.parquet as parquet
    except ImportError:
        return pandas.read_parquet(path)
    rows = parquet.ParquetFile(path).metadata.num_rows if path.is_file() else 0
    if rows <= LARGE:
        return pandas.read_parquet(path)
    batches = parquet.ParquetFile(path).iter_batches(CHUNK)
    step = rows // LARGE + 1
    return pandas.concat([batch.to_pandas().iloc[::step] for batch in batches], ignore_index=True)


def _by(function: str, **options: Any) -> Callable[[Path], Frame]:
    def read_whole(path: Path) -> Frame:
        import pandas

        return getattr(pandas, function)(path, **options)

    return read_whole


READERS: dict[str, Callable[[Path], Frame]] = {
    "csv": _csv,
    "tsv": _csv,
    "parquet": _parquet,
    "pq": _parquet,
    "json": _by("read_json"),
    "jsonl": _by("read_json", lines=True),
    "feather": _by("read_feather"),
    "arrow": _by("read_feather"),
}
