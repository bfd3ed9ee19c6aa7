"""Tables of Parquet files, read by pyarrow alone: what the engine would hand out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from mlops_ext.contract.data import Column


class ArrowTable:
    """As much of the contract's `Table` as the service asks for."""

    def __init__(self, table: pyarrow.Table) -> None:
        self._table = table

    @property
    def schema(self) -> tuple[Column, ...]:
        return tuple(Column(name=field.name, type=str(field.type)) for field in self._table.schema)

    @property
    def rows(self) -> int:
        return int(self._table.num_rows)

    def select(self, columns: Sequence[str]) -> ArrowTable:
        return ArrowTable(self._table.select(columns))

    def sample(self, n: int, seed: int) -> ArrowTable:
        chosen = sorted(random.Random(seed).sample(range(self.rows), min(n, self.rows)))
        return ArrowTable(self._table.take(pyarrow.array(chosen, pyarrow.int64())))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


def read(path: Path) -> ArrowTable:
    """A Parquet file."""
    return ArrowTable(pyarrow.parquet.read_table(path))
