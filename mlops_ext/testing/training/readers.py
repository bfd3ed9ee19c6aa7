"""A table's file as a pandas frame: of a large one, rows from all of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlops_ext.testing.training.answer import ERROR, SKIPPED, Untestable
from mlops_ext.testing.training.plan import Plan

Frame = Any
LARGE = 500_000
BYTES = 200_000_000
CHUNK = 100_000
TEXT = ("csv", "tsv")
HINT = "write rows() in the adapter: a frame with the label"


def read(plan: Plan) -> Frame:
    """The rows of the table; its format is csv, tsv, parquet, json, jsonl, feather, or told by the suffix."""
    if not plan.table:
        raise Untestable("there is no table to learn from", hint=f"name one, or {HINT}")
    path = Path(plan.table)
    if not path.exists():
        hint = f"dvc pull brings tracked data; or {HINT}"
        raise Untestable(
            f"{path.name} is not here", hint=hint, status=SKIPPED if plan.absent == "skip" else ERROR
        )
    suffixes = [suffix.lstrip(".").lower() for suffix in path.suffixes]
    form = next((word for word in (plan.format, *reversed(suffixes)) if word in READERS or word in TEXT), "")
    if form in TEXT:
        return _csv(path, plan.csv)
    if not form and not path.is_dir():
        raise Untestable(f"nothing here reads {path.name}", hint=HINT)
    return READERS.get(form, _parquet)(path)


def _csv(path: Path, options: dict[str, Any]) -> Frame:
    import pandas

    if "sep" not in options:
        known = {name: options[name] for name in ("encoding",) if name in options}
        head = pandas.read_csv(path, sep="\x01", nrows=0, **known).columns
        options = {**options, "sep": max(",;\t|", key=str(head[0]).count)}
    step = max(1, path.stat().st_size // BYTES)
    chunks = pandas.read_csv(path, chunksize=CHUNK, **options)
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
    "parquet": _parquet,
    "pq": _parquet,
    "json": _by("read_json"),
    "jsonl": _by("read_json", lines=True),
    "feather": _by("read_feather"),
    "arrow": _by("read_feather"),
}
