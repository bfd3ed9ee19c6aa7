"""Faults F39 to F48: every way in which a suite passes, or fails, without having looked."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from gx_project import Validate, context_of, expect, only, write_suite

from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_great_expectations import hooks

BETWEEN = "column_values_to_be_between"
NONE = pa.array([None] * 4, pa.float64())


def test_f39_a_missing_column_is_no_and_names_the_nearest(validate: Validate) -> None:
    check = only(validate({"distance": [1, 2]}, expect(BETWEEN, column="distanse", min_value=0)))
    assert (check.status, check.column) == ("fail", "distanse")
    assert check.message == "no column `distanse`"
    assert check.hint == "did you mean `distance`?"


def test_f39_an_expected_column_that_is_missing(validate: Validate) -> None:
    check = only(validate({"a": [1]}, expect("column_to_exist", column="b")))
    assert (check.status, check.message) == ("fail", "no column `b`")


def test_f39_any_other_exception_inside_is_could_not_tell(validate: Validate) -> None:
    check = only(validate({"a": ["x", "y"]}, expect(BETWEEN, column="a", min_value=0)))
    assert (check.status, check.column) == ("error", "a")
    assert check.name == "column values to be between (0 to any)"
    assert "could not evaluate" in check.message
    assert "\n" not in check.message


def test_f39_an_aggregate_that_raises(validate: Validate) -> None:
    check = only(validate({"a": ["x", "y"]}, expect("column_mean_to_be_between", column="a", min_value=0)))
    assert check.status == "error"


def test_f40_a_suite_with_nothing_in_it(validate: Validate) -> None:
    with pytest.raises(SettingsError, match="nothing to check: the suite has 0 expectations"):
        validate({"a": [1]})


def test_f40_a_misspelt_expectation_is_not_left_out(validate: Validate) -> None:
    with pytest.raises(SettingsError, match="`expect_column_values_to_be_betwixt`") as caught:
        validate(
            {"a": [1]},
            expect("column_values_to_be_betwixt", column="a"),
            expect("column_to_exist", column="a"),
        )
    assert caught.value.hint == "did you mean expect_column_values_to_be_between?"
    assert caught.value.key == "data.t.suite"


def test_f40_a_misspelt_argument(validate: Validate) -> None:
    with pytest.raises(SettingsError, match="extra fields not permitted"):
        validate({"a": [1]}, expect(BETWEEN, column="a", minvalue=1, min_value=0))


@pytest.mark.parametrize(
    ("columns", "expectation"),
    [
        (
            {"a": pa.array([None] * 4, pa.string())},
            expect("column_values_to_match_regex", column="a", regex="x"),
        ),
        ({"a": NONE}, expect(BETWEEN, column="a", min_value=0)),
        ({"a": NONE}, expect("column_values_to_be_in_set", column="a", value_set=[1])),
        (
            {"a": [1, 2, 3, 4]},
            expect(BETWEEN, column="a", min_value=0, row_condition="a > 9", condition_parser="pandas"),
        ),
    ],
)
def test_f41_a_vacuous_pass_is_a_no(
    validate: Validate, columns: dict[str, object], expectation: dict[str, object]
) -> None:
    check = only(validate(columns, expectation))
    assert (check.status, check.severity, check.count) == ("fail", "critical", 0)
    assert check.message == "vacuous: 0 of 4 values checked"
    assert only(validate(columns, expectation, vacuous="warn")).severity == "warning"


@pytest.mark.parametrize("kind", [BETWEEN, "column_values_to_not_be_null", "column_values_to_be_unique"])
def test_f41_no_rows(validate: Validate, kind: str) -> None:
    bound = {"min_value": 0} if kind == BETWEEN else {}
    check = only(validate({"a": pa.array([], pa.int64())}, expect(kind, column="a", **bound)))
    assert (check.status, check.message) == ("fail", "vacuous: 0 of 0 values checked")


def test_a_column_that_should_be_null_is_no_vacuous_pass(validate: Validate) -> None:
    assert only(validate({"a": NONE}, expect("column_values_to_be_null", column="a"))).status == "pass"


def test_f42_mostly_says_both_counts_and_the_rule(validate: Validate) -> None:
    values = [*range(-25, 0), *[None] * 75]
    check = only(validate({"a": values}, expect(BETWEEN, column="a", min_value=0, mostly=0.5)))
    said = "25 of 25 non-null values break it (75 null); at least 0.5 of them must hold"
    assert check.message == f"{said}: {', '.join(check.examples)}"
    assert check.examples[0] == "'-25' (row 1)"
    assert len(check.examples) == 5
    assert (check.status, check.count, check.rows, check.value, check.limit) == ("fail", 25, 100, 0.0, 0.5)
    check = only(validate({"a": [1, 2, 3, -1, None]}, expect(BETWEEN, column="a", min_value=0, mostly=0.5)))
    assert (check.status, check.count, check.value) == ("pass", 1, 0.75)


@pytest.mark.parametrize(
    ("values", "expectation"),
    [
        ([1.0, float("inf")], expect("column_mean_to_be_between", column="a", min_value=0)),
        ([1.0, float("inf")], expect("column_max_to_be_between", column="a", min_value=0)),
        ([1.0, float("inf")], expect("column_sum_to_be_between", column="a", min_value=0)),
    ],
)
def test_f44_an_infinite_aggregate_is_no_pass(
    validate: Validate, values: list[float], expectation: dict[str, object]
) -> None:
    check = only(validate({"a": values}, expectation))
    assert (check.status, check.value, check.message) == ("fail", None, "the value is infinite")


def test_f44_odd_values_become_plain_ones(validate: Validate) -> None:
    columns = {
        "day": [dt.date(2026, 1, 1), None],
        "price": [Decimal("1.50"), None],
        "n": [2**60 + 1, None],
        "u": pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None]),
    }
    report = validate(
        columns,
        *(expect("column_distinct_values_to_be_in_set", column=name, value_set=["x"]) for name in columns),
        *(expect("column_max_to_be_between", column=name, max_value=1) for name in ("n",)),
    )
    assert all(check.status in {"fail", "error"} for check in report.checks)
    assert report.checks[-1].value == 2**60 + 1


@pytest.mark.parametrize("name", ["Total Amount", "a.b", "from"])
def test_f45_row_conditions_on_odd_names(validate: Validate, name: str) -> None:
    condition = {"row_condition": f"`{name}` > 1", "condition_parser": "pandas"}
    check = only(validate({name: [1, 2, 3]}, expect(BETWEEN, column=name, min_value=2, **condition)))
    assert (check.status, check.rows) == ("pass", 2)


def test_f45_a_name_with_a_line_end_is_settings(validate: Validate) -> None:
    condition = {"row_condition": "`x\ny` > 1", "condition_parser": "pandas"}
    with pytest.raises(SettingsError, match=r"row condition names a column with a line end: '`x\\ny` > 1'"):
        validate({"x\ny": [1, 2, 3]}, expect(BETWEEN, column="x\ny", min_value=2, **condition))


def test_f46_bounds_that_floats_can_not_hold_are_refused(validate: Validate) -> None:
    for bound in (9007199254740992, 9007199254740993, -(2**53)):
        with pytest.raises(SettingsError, match=r"exact only below 2\*\*53"):
            validate({"a": [9007199254740993]}, expect(BETWEEN, column="a", max_value=bound))
    check = only(
        validate({"a": [9007199254740993, None]}, expect(BETWEEN, column="a", max_value=9007199254740991))
    )
    assert check.status == "fail"


def test_f46_integers_beside_missing_values_are_exact(validate: Validate) -> None:
    values = [9007199254740993, 9007199254740992, None]
    assert only(validate({"a": values}, expect("column_values_to_be_unique", column="a"))).status == "pass"


def test_f47_a_project_of_0x(tmp_path: Path) -> None:
    (tmp_path / "great_expectations/expectations").mkdir(parents=True)
    (tmp_path / "great_expectations/great_expectations.yml").write_text("config_version: 3.0\n")
    before = sorted(path for path in tmp_path.rglob("*"))
    with pytest.raises(SettingsError, match=r"project of Great Expectations 0\.x in great_expectations/"):
        hooks.mlops_validate_data(context_of(tmp_path, pa.table({"a": [1]})), DataRef(name="t", uri="t"))
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_f47_a_suite_of_0x(tmp_path: Path) -> None:
    write_suite(
        tmp_path, {"expectation_type": "expect_column_to_exist", "kwargs": {"column": "a"}, "meta": {}}
    )
    with pytest.raises(SettingsError, match=r"suite of Great Expectations 0\.x"):
        hooks.mlops_validate_data(context_of(tmp_path, pa.table({"a": [1]})), DataRef(name="t", uri="t"))


@pytest.mark.parametrize(
    ("values", "bound", "status"),
    [
        (pa.array([dt.datetime(2026, 1, 2)]), "2026-01-01", "pass"),
        (pa.array([dt.datetime(2026, 1, 2)]), "2026-01-02T02:00:00+02:00", "pass"),
        (pa.array([dt.datetime(2026, 1, 2)]), "2026-01-03T00:00:00Z", "fail"),
        (pa.array([dt.datetime(2026, 1, 2, tzinfo=dt.UTC)]), "2026-01-01", "pass"),
        (pa.array([dt.datetime(2026, 1, 2, tzinfo=dt.UTC)]), "2026-01-02T01:00:00+00:00", "fail"),
        (pa.array([dt.date(2026, 1, 2)]), "2026-01-01", "pass"),
        (pa.array([dt.date(2026, 1, 2)]), "2026-01-03T00:00:00", "fail"),
    ],
)
@pytest.mark.parametrize("kind", [BETWEEN, "column_max_to_be_between"])
def test_f48_time_bounds_take_the_column_s_type(
    validate: Validate, values: pa.Array, bound: str, status: str, kind: str
) -> None:
    assert only(validate({"a": values}, expect(kind, column="a", min_value=bound))).status == status


@pytest.mark.parametrize(
    ("values", "bound"),
    [
        (pa.array([dt.datetime(2026, 1, 2)]), "soon"),
        (pa.array([dt.date(2026, 1, 2)]), "2026-01-01T12:00:00"),
        (pa.array([dt.datetime(2026, 1, 2)]), 17),
        (pa.array([1]), "2026-01-01"),
    ],
)
def test_f48_an_impossible_bound_is_settings_before_the_data_is_read(
    validate: Validate, values: pa.Array, bound: object
) -> None:
    with pytest.raises(SettingsError, match="min_value is"):
        validate({"a": values}, expect(BETWEEN, column="a", min_value=bound))


@pytest.mark.parametrize("kind", [BETWEEN, "column_max_to_be_between"])
def test_f48_neighbour_text_that_is_no_time(validate: Validate, kind: str) -> None:
    """Neighbour of F48: day-first text lies below every year, letter by letter."""
    with pytest.raises(SettingsError, match="text that is no time: '01/03/2027'"):
        validate({"a": ["01/03/2027", None]}, expect(kind, column="a", max_value="2026-12-31"))
    check = only(
        validate(
            {"a": ["2027-03-01"]}, expect("column_max_to_be_between", column="a", max_value="2026-12-31")
        )
    )
    assert check.status == "fail"


def test_rows_that_went_missing_on_the_way(tmp_path: Path) -> None:
    write_suite(tmp_path, expect("column_to_exist", column="a"))
    context = context_of(tmp_path, pa.table({"a": [1, 2]}), count=3)
    with pytest.raises(CouldNotTellError, match="the engine counts 3 rows of `t`, 2 arrived"):
        hooks.mlops_validate_data(context, DataRef(name="t", uri="t"))


def test_the_folder_stays_byte_for_byte(tmp_path: Path, validate: Validate) -> None:
    (tmp_path / "gx").mkdir()
    (tmp_path / "gx/great_expectations.yml").write_text("config_version: 4.0\n")
    write_suite(tmp_path, expect("column_to_exist", column="a"))
    before = {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*") if path.is_file()
    }
    report = validate({"a": [1]}, expect("column_to_exist", column="a"))
    after = {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert after == before
    assert report.artifacts[0].digest == f"sha256:{before[tmp_path / 'gx/expectations/s.json']}"
