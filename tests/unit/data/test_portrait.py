"""A table in a few numbers: what is in a record, and what is nobody's business there."""

from __future__ import annotations

import math
from datetime import datetime

import pyarrow as pa
from arrow_table import ArrowTable

from mlops_ext.contract.data import ColumnRoles
from mlops_ext.contract.evidence import ColumnSeen
from mlops_ext.data.portrait import BINS, COLUMNS, FEW, portrait
from mlops_ext.errors import CouldNotTellError


def seen(name: str = "x", roles: ColumnRoles | None = None, **columns: object) -> ColumnSeen:
    found = portrait(ArrowTable(pa.table(columns)), "t", roles or ColumnRoles())
    assert found is not None
    return next(column for column in found.columns if column.name == name)


def test_numbers_have_a_range_and_as_many_bins_as_rows_fall_in() -> None:
    column = seen(x=[0.0, 1.0, 1.0, 12.0, None])
    assert (column.nulls, column.low, column.high) == (1, "0.0", "12.0")
    assert column.counts == (1, 2, *[0] * (BINS - 3), 1)


def test_few_whole_numbers_have_a_bin_each() -> None:
    assert seen(x=[1, 1, 2, 4]).counts == (2, 1, 0, 1)


def test_words_are_listed_where_they_are_few() -> None:
    column = seen(x=["b", "a", "b", None])
    assert (column.words, column.counts, column.nulls) == (("b", "a"), (2, 1), 1)


def test_text_and_ids_leave_no_value_in_the_record() -> None:
    many = [f"person {number}" for number in range(FEW + 1)]
    assert seen(x=many) == ColumnSeen(name="x", type="string")
    assert seen(x=["a", "a"], roles=ColumnRoles(id="x")) == ColumnSeen(name="x", type="string")


def test_a_constant_and_a_column_without_values_have_no_bins() -> None:
    assert seen(x=[3.5, 3.5]).counts == ()
    assert seen(x=pa.array([None, None], pa.float64())) == ColumnSeen(name="x", type="float", nulls=2)


def test_times_have_a_range() -> None:
    column = seen(x=[datetime(2026, 1, 1), datetime(2026, 1, 3)])
    assert (column.low[:10], column.high[:10], column.counts) == ("2026-01-01", "2026-01-03", ())


def test_infinity_makes_no_bins() -> None:
    assert seen(x=[1.0, math.inf]).counts == ()


def test_a_wide_table_is_cut() -> None:
    table = ArrowTable(pa.table({f"c{number}": [1, 2] for number in range(COLUMNS + 5)}))
    found = portrait(table, "t", ColumnRoles())
    assert found is not None
    assert (len(found.columns), found.more, found.rows) == (COLUMNS, 5, 2)


def test_what_can_not_be_counted_has_no_portrait() -> None:
    class Broken(ArrowTable):
        def aggregate(self, measures: object) -> object:
            raise CouldNotTellError("the engine is gone")

    assert portrait(Broken(pa.table({"x": [1]})), "t", ColumnRoles()) is None
