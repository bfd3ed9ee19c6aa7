"""Shortened tables for a sample run: new files, never a change to those of the team."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.files import files_below
from mlops_ext_dvc.data.tables import format_of

SEED = 0


def shorten(context: Context, source: Path, target: Path, rows: int, form: str = "") -> bool:
    """Write at most `rows` rows of a table to `target`; other kinds whole. Whether it was shortened."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        target.mkdir(exist_ok=True)
        done = [
            shorten(context, file, target / file.relative_to(source), rows) for file in files_below(source)
        ]
        return all(done)
    form = form or format_of(target.name)
    if form == "parquet":
        _parquet(context, source, target, rows)
    elif form == "csv":
        _csv(source, target, rows)
    else:
        shutil.copyfile(source, target)
    return form in ("parquet", "csv")


def _parquet(context: Context, source: Path, target: Path, rows: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = context.open(DataRef(name=target.name, uri=str(source), format="parquet"))
    schema = pq.read_schema(source)
    short = pa.table(table.sample(rows, SEED))
    # The engine's types are wider than the file's; scripts must see the file's own.
    pq.write_table(short.select(schema.names).cast(schema), target)


def _csv(source: Path, target: Path, rows: int) -> None:
    # By records and as text: an engine would read 01234 as a number, and a line may hold half a record.
    with source.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        dialect = _dialect(file.readline())
        file.seek(0)
        total = sum(1 for _ in csv.reader(file, dialect)) - 1
        file.seek(0)
        chosen = _spread(total, rows)
        with target.open("w", newline="", encoding="utf-8", errors="surrogateescape") as out:
            writer = csv.writer(out, dialect, lineterminator="\n")
            reader = csv.reader(file, dialect)
            for header in reader:
                writer.writerow(header)
                break
            writer.writerows(row for number, row in enumerate(reader) if number in chosen)


def _spread(total: int, rows: int) -> range:
    # Evenly over the file: files that are sorted by time or class have another head than body.
    return range(0, max(total, 0), max(1, -(-total // rows)))


def _dialect(header: str) -> type[csv.Dialect]:
    class Own(csv.excel):
        delimiter = max(",;\t|", key=header.count)

    return Own
