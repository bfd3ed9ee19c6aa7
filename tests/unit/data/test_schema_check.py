"""The host's own check of a table: each thing that may be wrong is named, with its count."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from arrow_table import ArrowTable

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.settings import ColumnSettings, DataSettings, Settings
from mlops_ext.data.schema_check import check_table
from mlops_ext.errors import CouldNotTellError, SettingsError

ROLES = ColumnSettings(label="late", id="id", categories=("carrier",))
SCHEMA = """
[columns.carrier]
type = "string"
nullable = false
categories = ["UA", "AA"]

[columns.distance]
type = "float"
min = 10
max = 5000

[columns.time]
type = "timestamp"
min = "2013-01-01"
max = "2013-12-31"
"""


class _Desk:
    def __init__(self, table: pa.Table | Exception) -> None:
        self.table = table

    def open(self, data: DataRef) -> ArrowTable:
        if isinstance(self.table, Exception):
            raise self.table
        return ArrowTable(self.table)


def _table(**columns) -> pa.Table:
    usual = {
        "id": [1, 2, 3, 4],
        "time": pa.array(
            [1_370_000_000_000_000 + day * 86_400_000_000 for day in range(4)], pa.timestamp("us")
        ),
        "carrier": ["UA", "AA", "UA", "AA"],
        "distance": [10, 200, 300, 5000],
        "late": [0, 1, 0, 1],
    }
    return pa.table({**usual, **columns})


def _check(tmp_path: Path, table, schema: str = "", schema_file: str = "flights.toml", **more):
    report = _report(tmp_path, table, schema, schema_file, **more)
    assert report.question == "data:flights"
    return {check.name: check for check in report.checks}


def _report(
    tmp_path: Path, table, schema: str = "", schema_file: str = "flights.toml", draw: bool = True, **more
):
    if schema:
        (tmp_path / schema_file).write_text(schema)
    settings = DataSettings(
        path="flights.parquet",
        time="time",
        columns=ROLES,
        schema=schema_file if schema or schema_file != "flights.toml" else "",
        **more,
    )
    context = Context(
        root=tmp_path,
        top=tmp_path,
        project="p",
        settings=Settings(plugins=(), data={"flights": settings}),
        desk=_Desk(table),
        python="python",
        home=tmp_path,
    )
    return check_table(context, DataRef(name="flights", uri="/flights.parquet"), draw=draw)


def _failed(found) -> list[str]:
    return sorted(name for name, check in found.items() if check.status != "pass")


def test_a_good_table_passes_with_evidence(tmp_path) -> None:
    found = _check(tmp_path, _table(), SCHEMA)
    assert _failed(found) == []
    assert found["minimum-rows"].value == 4
    assert found["range:distance"].rows == 4
    assert {"role:late", "role:id", "role:time", "role:carrier", "nulls:carrier", "range:time"} < set(found)


def test_a_name_that_is_there_twice_is_named_with_its_places(tmp_path) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["a", "b", "a"])
    found = _check(tmp_path, twice)
    assert list(found) == ["column:a"]
    assert found["column:a"].status == "fail"
    assert "columns 1, 3" in found["column:a"].message


@pytest.mark.parametrize(("rows", "minimum"), [(0, 1), (0, 0), (3, 4)])
def test_too_few_rows_say_no(tmp_path, rows: int, minimum: int) -> None:
    found = _check(tmp_path, _table().slice(0, rows), minimum_rows=minimum)
    assert found["minimum-rows"].status == "fail"
    assert found["minimum-rows"].message == f"{rows} rows, at least {max(1, minimum)} needed"


def test_a_role_that_is_missing_has_its_nearest_name(tmp_path) -> None:
    found = _check(tmp_path, _table().rename_columns(["id", "time", "carier", "distance", "late"]))
    assert _failed(found) == ["role:carrier"]
    assert found["role:carrier"].hint == "did you mean `carier`?"


def test_values_that_are_not_declared_are_counted(tmp_path) -> None:
    bad = _table(carrier=["UA", "ZZ", "ZZ", None], distance=[9.99, 5000.0, 5000.01, 10.0])
    found = _check(tmp_path, bad, SCHEMA)
    assert _failed(found) == ["categories:carrier", "nulls:carrier", "range:distance"]
    assert (found["categories:carrier"].count, found["categories:carrier"].rows) == (2, 3)
    assert "ZZ" in found["categories:carrier"].message
    assert (found["range:distance"].count, found["nulls:carrier"].count) == (2, 1)


def test_nan_is_outside_every_range(tmp_path) -> None:
    found = _check(tmp_path, _table(distance=[10.0, float("nan"), 20.0, 30.0]), SCHEMA)
    assert found["range:distance"].count == 1
    assert found["range:distance"].examples == ("'nan' (row 2)",)


def test_times_beyond_their_bounds(tmp_path) -> None:
    late = pa.array([1_390_000_000_000_000] * 4, pa.timestamp("us"))
    found = _check(tmp_path, _table(time=late), SCHEMA)
    assert _failed(found) == ["range:time"]
    assert "found 2014-01-17T23:06:40 to" in found["range:time"].message


def test_types_that_do_not_fit_and_those_that_do(tmp_path) -> None:
    found = _check(tmp_path, _table(distance=["10", "20", "30", "40"]), SCHEMA)
    assert _failed(found) == ["column:distance"]
    assert found["column:distance"].message == "type float is declared, found string"


def test_a_column_of_nulls_is_vacuous_and_says_no(tmp_path) -> None:
    found = _check(tmp_path, _table(distance=pa.nulls(4, pa.float64())), SCHEMA)
    assert "vacuous: 0 of 4" in found["range:distance"].message
    assert _failed(found) == ["range:distance"]
    assert _failed(_check(tmp_path, _table(distance=pa.nulls(4)), SCHEMA)) == ["column:distance"]


def test_other_columns_only_where_they_are_allowed(tmp_path) -> None:
    assert "column:id" not in _check(tmp_path, _table(), SCHEMA)
    found = _check(tmp_path, _table(), "extra = false\n" + SCHEMA)
    assert _failed(found) == ["column:id", "column:late"]


def test_each_trouble_says_whether_the_schema_or_the_values_changed(tmp_path) -> None:
    bad = _table(carrier=["UA", "ZZ", "ZZ", None], distance=[9, 20, 30, 40]).rename_columns(
        ["id", "tyme", "carrier", "distance", "late"]
    )
    found = _check(tmp_path, bad, SCHEMA)
    about = {name: check.about for name, check in found.items() if check.status == "fail"}
    assert about == {
        "role:time": "schema",
        "column:time": "schema",
        "categories:carrier": "unexpected",
        "nulls:carrier": "values",
        "range:distance": "values",
    }


def test_the_first_rows_that_break_a_rule_are_shown_escaped_and_few(tmp_path) -> None:
    schema = "[columns.w]\ncategories = ['a']\n[columns.n]\nmax = 2\n[columns.id]\nunique = true\nmin = 2"
    words = ["a", "\x1b[31m", "b" * 99, *"cdefg"]
    table = pa.table({"id": [1, *[1] * 7], "time": [None] * 8, "carrier": ["x"] * 8, "late": [0] * 8})
    table = table.append_column("w", [words]).append_column("n", [list(range(8))])
    found = _check(tmp_path, table, schema)
    shown = found["categories:w"].examples
    assert len(shown) == 5
    assert shown[0] == r"'\x1b[31m' (row 2)"
    assert len(shown[1]) < 60
    assert found["range:n"].message.endswith("3' (row 4), '4' (row 5), '5' (row 6), '6' (row 7), '7' (row 8)")
    assert (found["unique:id"].count, found["unique:id"].examples[0]) == (7, "row 2")
    assert "found" not in found["range:id"].message, "values of the id column are nobody's business"


def test_a_private_table_shows_rows_and_no_values(tmp_path) -> None:
    found = _check(tmp_path, _table(carrier=["UA", "ZZ", "AA", "UA"]), SCHEMA, show_values=False)
    assert found["categories:carrier"].message == "1 of 4 values are not declared: row 2"


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ("seen = ['range']", "warning"),
        ("severity = 'info'", "info"),
        ("severity = { range = 'warning' }", "warning"),
        ("severity = { nulls = 'warning' }", "critical"),
        ("", "critical"),
    ],
)
def test_severity_of_a_rule(tmp_path, more: str, severity: str) -> None:
    found = _check(tmp_path, _table(), f"[columns.distance]\nmax = 4999\n{more}")
    assert (found["range:distance"].status, found["range:distance"].severity) == ("fail", severity)


def test_a_share_of_nulls_is_allowed(tmp_path) -> None:
    schema = "[columns.carrier]\nmax_nulls = {}"
    table = _table(carrier=["UA", None, "AA", "UA"])
    assert _failed(_check(tmp_path, table, schema.format(0.25))) == []
    found = _check(tmp_path, table, schema.format(0.24))
    assert found["nulls:carrier"].message == "1 of 4 rows are null, a share of 0.24 is allowed: row 2"


def test_f46_a_bound_of_a_schema_is_exact_for_integers(tmp_path) -> None:
    """Neighbour of F46: the limit stands in a declared schema, and no float is between."""
    schema = "[columns.distance]\nmax = 9007199254740992"
    assert _failed(_check(tmp_path, _table(distance=[9007199254740993] * 4), schema)) == ["range:distance"]
    assert _failed(_check(tmp_path, _table(distance=[9007199254740992] * 4), schema)) == []


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("columns = {}", "nothing to check"),
        ("[columns.a]\ntyp = 'float'", "typ"),
        ("[columns.a]\ntype = 'double'", "no type `double`"),
        ("[columns.a]\nmin = 2\nmax = 1", "above"),
        ("[columns.a]\nmin = 2\nmax = '2013-01-01'", "text"),
        ("[columns.a]\ntype = 'integer'\nmax = '2013-01-01'", "is text, and the column is integer"),
        ("[columns.a]\ntype = 'timestamp'\nmax = 3", "is a number, and the column is timestamp"),
        ("[columns.a]\nmax = 'soon'", "no time in ISO 8601"),
        ("[columns.a]\nmax = inf", "not finite"),
        ("[columns.a]\nmax_nulls = 2", "no share"),
        ("[columns.a]\nseen = ['rnge']", "no rule `rnge`"),
        ("[columns.a]\nseverity = { null = 'warning' }", "no rule `null`"),
        ("[columns.a]\nseverity = 'fatal'", "not understood"),
        ("[columns", "not understood"),
    ],
)
def test_a_schema_that_cannot_be_meant_is_an_error_of_the_settings(tmp_path, schema: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as error:
        _check(tmp_path, _table(), schema)
    assert "flights.toml" in error.value.where


def test_a_schema_file_that_is_not_there(tmp_path) -> None:
    with pytest.raises(SettingsError, match="can't be read") as error:
        _check(tmp_path, _table(), schema_file="none.toml")
    assert "none.toml" in error.value.where


def test_a_table_that_does_not_open_is_not_bad_data(tmp_path) -> None:
    with pytest.raises(CouldNotTellError, match="not a complete Parquet file"):
        _check(tmp_path, CouldNotTellError("not a complete Parquet file"))


@pytest.mark.parametrize(("draw", "private"), [(True, False), (False, False), (True, True)])
def test_a_picture_is_counted_only_where_somebody_may_see_it(tmp_path, draw, private) -> None:
    report = _report(tmp_path, _table(), draw=draw, show_values=not private)
    assert (report.table is not None) == (draw and not private)


def test_f03_neighbour_a_time_column_of_text(tmp_path) -> None:
    """Neighbour of F03: day-first dates in a format that has types, where nobody parses them."""
    found = _check(tmp_path, _table(time=pa.array(["01/03/2026", "02/03/2026"] * 2)))
    assert _failed(found) == ["role:time"]
    assert "no window can be cut by it" in found["role:time"].message
    assert found["role:time"].about == "schema"
