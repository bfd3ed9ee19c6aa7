"""A short copy of a Parquet file, with its own schema; a row group at a time is in memory."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext_dvc.samples.positions import chosen

if TYPE_CHECKING:
    import pyarrow.parquet as pq


def parquet(source: Path, target: Path, rows: int, label: str) -> tuple[int, int]:
    """The rows kept, of the rows there."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(source) as file:
        total, schema = file.metadata.num_rows, file.schema_arrow
        keep = sorted(chosen(total, rows, _labels(file, label)))
        with pq.ParquetWriter(target, schema) as writer:
            start = 0
            for group in range(file.num_row_groups):
                end = start + file.metadata.row_group(group).num_rows
                mine = [at - start for at in keep[bisect_left(keep, start) : bisect_left(keep, end)]]
                if mine:
                    writer.write_table(file.read_row_group(group).take(pa.array(mine, pa.int64())))
                start = end
    return len(keep), total


def _labels(file: pq.ParquetFile, label: str) -> list[object]:
    if label not in file.schema_arrow.names:
        return []
    values = file.read([label]).column(0)
    return list(values.to_pylist()) if len(values.unique()) <= 2000 else []
