"""Two states of a table: by their digests, then by schema, nulls, categories and ranges."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest
from arrow_table import ArrowTable

from mlops_ext.comparison.columns import MOST_CATEGORIES
from mlops_ext.comparison.tables import tables
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.settings import ColumnSettings, DataSettings, Settings
from mlops_ext.errors import CouldNotTellError


@dataclass
class Desk:
    """Opens what it was given by digest; counts what was fetched."""

    known: dict[str, pa.Table]
    opened: list[str] = field(default_factory=list)
    settings: Settings = field(default_factory=lambda: Settings(plugins=()))

    def fetch(self, ref):
        if ref.digest not in self.known:
            raise CouldNotTellError(f"nobody has {ref.digest}", hint="dvc push")
        return Path(ref.digest)

    def open(self, data):
        self.opened.append(data.digest)
        return ArrowTable(self.known[data.digest])


def compared(before, after, settings=None, **more):
    own = Settings(plugins=(), data={"t": settings} if settings else {})
    desk = Desk({"md5:1": pa.table(before), "md5:2": pa.table(after)}, settings=own)
    refs = [DataRef(name="t", uri="", digest=digest, **more) for digest in ("md5:1", "md5:2")]
    return tables(desk, refs[:1], refs[1:])[0]


def words(found):
    return [(one.column, one.what, one.before, one.after) for one in found.columns]


def test_the_same_digest_is_not_opened():
    desk = Desk({})
    one = DataRef(name="t", uri="", digest="md5:1")
    assert tables(desk, [one], [one])[0].status == "same"
    assert desk.opened == []


def test_columns_that_came_went_or_changed_type():
    found = compared({"a": [1], "gone": ["x"], "b": [1]}, {"a": [1.5], "new": [True], "b": [1]})
    assert words(found) == [
        ("a", "retyped", "integer", "float"),
        ("new", "added", "", "boolean"),
        ("gone", "removed", "string", ""),
    ]


def test_rows_nulls_ranges_and_categories():
    found = compared(
        {"n": [1, 2, 3], "c": ["a", "b", "b"], "f": [0.5, 1.0, 2.0]},
        {"n": [1, 2, None, 9], "c": ["a", "naïve | <b>", None, "a"], "f": [0.5, 1.0, 2.0, 2.0]},
    )
    assert (found.status, found.rows_before, found.rows_after) == ("changed", 3, 4)
    assert words(found) == [
        ("n", "nulls", "0 of 3", "1 of 4"),
        ("n", "range", "1 to 3", "1 to 9"),
        ("c", "nulls", "0 of 3", "1 of 4"),
        ("c", "categories", "b (2)", "naïve | <b> (1)"),
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (DataSettings(path="t", show_values=False), [("n", "nulls")]),
        (DataSettings(path="t", columns=ColumnSettings(id="n")), [("n", "nulls"), ("c", "categories")]),
    ],
)
def test_values_that_stay_out_of_output_and_records(settings, told):
    found = compared({"n": [1, 2], "c": ["x", "y"]}, {"n": [7, None], "c": ["x", "secret"]}, settings)
    assert [(one.column, one.what) for one in found.columns] == told


def test_numbers_that_are_categories_by_the_settings():
    roles = ColumnRoles(categories=("zone",))
    assert words(compared({"zone": [1, 2]}, {"zone": [1, 7]}, columns=roles)) == [
        ("zone", "categories", "2 (1)", "7 (1)")
    ]


def test_integers_keep_their_last_digit():
    big = 2**53
    assert words(compared({"id": [1, big]}, {"id": [1, big + 1]})) == [
        ("id", "range", f"1 to {big}", f"1 to {big + 1}")
    ]


def test_a_key_column_is_no_category():
    before, after = ([f"{kind}{n}" for n in range(MOST_CATEGORIES + 5)] for kind in "ab")
    assert words(compared({"k": before}, {"k": after})) == []


def test_other_bytes_with_the_same_counts_are_still_changed():
    found = compared({"a": [1, 2, 3]}, {"a": [1, 3, 3]})
    assert (found.status, found.columns) == ("changed", ())
    assert "other bytes" in found.why
    assert compared({"a": [1], "b": [2]}, {"b": [2], "a": [1]}).why == "columns in another order"


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_table_without_values(values):
    column = pa.array(values, pa.int64())
    assert words(compared({"a": column}, {"a": pa.array([1])}))[-1] == (
        "a",
        "range",
        "no values",
        "1 to 1",
    )


def test_nan_and_infinity_are_no_surprise():
    found = compared({"a": [1.0, float("nan")]}, {"a": [float("-inf"), 2.0]})
    assert ("a", "range") in {(one.column, one.what) for one in found.columns}


def test_bytes_that_nobody_has_are_unknown_with_the_reason():
    desk = Desk({"md5:2": pa.table({"a": [1]})})
    refs = [DataRef(name="t", uri="", digest=digest) for digest in ("md5:1", "md5:2")]
    found = tables(desk, refs[:1], refs[1:])[0]
    assert (found.status, found.why) == ("unknown", "nobody has md5:1; dvc push")


def test_a_side_that_is_not_there_and_one_that_nobody_noted():
    there = DataRef(name="t", uri="", digest="md5:1")
    blank = DataRef(name="t", uri="", digest="")
    assert tables(Desk({}), [], [there])[0].status == "added"
    assert tables(Desk({}), [there], [])[0].status == "removed"
    assert "before" in tables(Desk({}), [blank], [there])[0].why


def test_many_columns_are_counted_in_two_passes_a_side(monkeypatch):
    passes = []
    real = ArrowTable.aggregate
    monkeypatch.setattr(ArrowTable, "aggregate", lambda self, asked: passes.append(1) or real(self, asked))
    wide = {f"c{n}": [n, n + 1] for n in range(50)}
    started = time.monotonic()
    compared(wide, {**wide, "c0": [5, 6]})
    assert (len(passes), time.monotonic() - started < 5) == (2, True)
