"""A table of the engine: an Ibis expression, and what the contract asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Column, Measure, Measured
from mlops_ext_ibis import bounds, joining, sampling
from mlops_ext_ibis.connect import engine_errors
from mlops_ext_ibis.keep import stream
from mlops_ext_ibis.measures import answer
from mlops_ext_ibis.names import need
from mlops_ext_ibis.words import columns

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    from mlops_ext.contract import data


class EngineTable:
    """Implements `Table`. `where` is how people are shown it."""

    def __init__(self, con: Backend, table: Table, where: str) -> None:
        self.con = con
        self.table = table
        self.where = where

    @cached_property
    def schema(self) -> tuple[Column, ...]:
        """The columns in order."""
        return columns(self.table)

    @cached_property
    def rows(self) -> int:
        """How many rows there are."""
        with engine_errors(self.where):
            return int(self.table.count().execute())

    def aggregate(self, measures: Sequence[Measure]) -> tuple[Measured, ...]:
        """Answer all measures: one pass for all that are numbers, and one per list of categories."""
        need(self.table.columns, [measure.column for measure in measures], self.where)
        with engine_errors(self.where):
            return answer(self.table, measures, self.where)

    def sample(self, n: int, seed: int) -> EngineTable:
        """At most n rows, the same ones for the same seed and bytes, in their order."""
        if n >= self.rows:
            return self
        with engine_errors(self.where):
            return self._with(sampling.sample(self.con, self.table, self.rows, n, seed))

    def select(self, columns: Sequence[str]) -> EngineTable:
        """Only these columns, in this order."""
        need(self.table.columns, columns, self.where)
        return self._with(self.table.select(list(columns)))

    def between(self, column: str, start: str, end: str) -> EngineTable:
        """Rows with start <= column < end."""
        need(self.table.columns, [column], self.where)
        return self._with(bounds.between(self.table, column, start, end, self.where))

    def join(self, other: data.Table, on: str, columns: Sequence[str]) -> EngineTable:
        """All rows of this table with these columns of the other, null where it has no such row."""
        with engine_errors(self.where):
            if isinstance(other, EngineTable) and other.con is self.con:
                right = joining.Side(other.table, other.where)
            else:
                right = joining.adopt(self.con, other)
            left = joining.Side(self.table, self.where)
            return self._with(joining.join(self.con, left, right, on, columns))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule protocol."""
        with engine_errors(self.where):
            return stream(self.con, self.table).__arrow_c_stream__(requested_schema)

    def _with(self, table: Table) -> EngineTable:
        return EngineTable(self.con, table, self.where)
