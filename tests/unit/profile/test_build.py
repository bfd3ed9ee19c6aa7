"""A profile holds every row exactly once, in bins that were fixed when it was built."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from arrow_table import ArrowTable
from reference import ROLES, SEED, change, profile, rows

from mlops_ext.contract.data import ColumnRoles
from mlops_ext.contract.profile import Profile
from mlops_ext.profile.bins import choose_edges, name_bin
from mlops_ext.profile.build import build_profile
from mlops_ext.profile.count import rows_of
from mlops_ext.profile.history import split


def _column(found: Profile, name: str):
    return next(column for column in found.columns if column.name == name)


def test_kinds_come_from_roles_and_types() -> None:
    kinds = {column.name: column.kind for column in profile().columns}
    assert kinds == {
        "id": "id",
        "time": "time",
        "distance": "number",
        "delay": "number",
        "carrier": "category",
        "night": "category",
        "hour": "number",
        "late": "category",
    }


def test_every_row_is_counted_once() -> None:
    found = profile()
    assert found.rows == 8400
    assert {rows_of(column) for column in found.columns if column.kind in ("number", "category")} == {8400}


def test_missing_values_are_counted_nan_too() -> None:
    table = rows()
    distance = table["distance"].to_pylist()
    distance[:10], distance[10:15] = [None] * 10, [float("nan")] * 5
    assert _column(profile(change(table, distance=distance)), "distance").nulls == 15


def test_the_outer_bins_are_empty_at_training() -> None:
    column = _column(profile(), "distance")
    assert len(column.counts) == len(column.edges) + 1
    assert (column.counts[0], column.counts[-1]) == (0, 0)
    assert max(column.counts) < 8400 * 0.06


def test_a_value_that_is_often_there_has_a_bin_of_its_own() -> None:
    column = _column(profile(), "delay")
    zero = column.counts[column.edges.index(0.0) + 1]
    assert zero == sum(value == 0 for value in rows()["delay"].to_pylist())


def test_a_constant_has_a_place_for_what_is_above_and_below() -> None:
    edges = choose_edges(7.0, [7.0] * 19, 7.0)
    assert len(edges) == 2
    assert [name_bin(edges, number) for number in range(3)] == ["below 7", "7", "above 7"]


def test_label_shares_are_exact() -> None:
    column = _column(profile(), "late")
    assert dict(zip(column.categories, column.counts, strict=True))["1"] == sum(rows()["late"].to_pylist())


def test_more_than_a_hundred_values_go_to_other_and_text_is_no_category() -> None:
    generator = np.random.default_rng(SEED)
    many = [f"t{int(value)}" for value in generator.exponential(40, 8400)]
    listed = _column(profile(change(rows(), carrier=many)), "carrier")
    assert (len(listed.categories), listed.kind) == (100, "category")
    assert 0 < listed.other < 8400 / 2
    ids = [f"flight {number}" for number in range(8400)]
    free = build_profile(ArrowTable(change(rows(), carrier=ids)), ColumnRoles(), "delay")
    assert _column(free, "carrier").kind == "other"
    assert _column(free, "carrier").nulls == 0


def test_history_has_one_distance_per_whole_window() -> None:
    found = _column(profile(), "distance").history
    assert len(found) == 12
    assert all(0 < value < 0.2 for value in found)
    assert len(_column(profile(minimum_rows=701), "distance").history) == 0
    assert _column(profile(window=timedelta()), "distance").history == ()


def test_history_is_larger_where_the_column_moves_more() -> None:
    calm, wild = (_column(profile(rows(weather=weather)), "distance").history for weather in (0.0, 0.6))
    assert max(calm) < max(wild) / 1.5


def test_windows_are_contiguous_and_end_with_the_newest_row() -> None:
    table = ArrowTable(rows(days=20))
    windows = split(table, "time", timedelta(days=7))
    assert len(windows) == 2
    assert windows[0][1] == windows[1][0]
    assert table.between("time", windows[1][0], windows[1][1]).rows == pytest.approx(700, abs=5)
    assert max(table.table["time"].to_pylist()).isoformat() < windows[1][1]


@pytest.mark.parametrize("kind", [pa.date32(), pa.timestamp("us", tz="UTC"), pa.timestamp("ms")])
def test_windows_of_dates_and_zoned_times(kind: pa.DataType) -> None:
    table = rows()
    times = table["time"].cast(kind, safe=False)
    found = profile(table.set_column(1, "time", times))
    assert len(_column(found, "distance").history) == 12


def test_columns_of_nothing_and_no_rows_at_all() -> None:
    empty = rows().slice(0, 0)
    assert profile(empty).rows == 0
    nothing = change(rows(), distance=pa.nulls(8400, pa.float64()), hour=pa.nulls(8400))
    found = profile(nothing)
    assert (_column(found, "distance").nulls, _column(found, "distance").counts) == (8400, (0,))
    assert _column(found, "hour").kind == "other"


def test_infinite_values_get_the_last_bin_and_strict_json() -> None:
    distance = rows()["distance"].to_pylist()
    distance[:3] = [float("inf")] * 3
    found = profile(change(rows(), distance=distance))
    column = _column(found, "distance")
    assert rows_of(column) == 8400
    assert column.counts[-1] >= 3
    again = msgspec.json.decode(msgspec.json.encode(found), type=Profile)
    assert again == found
    assert again.roles == ROLES
