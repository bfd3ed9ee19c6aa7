"""A whole suite, the answers that need no data, and what the plugin says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from gx_project import Validate, context_of, expect, write_suite

from mlops_ext.contract.data import DataRef
from mlops_ext.errors import SettingsError
from mlops_ext_great_expectations import hooks

ROWS = {
    "carrier": ["UA", "AA", "??", None],
    "distance": [100, 200, 300, 400],
    "late": [True, False, None, True],
}


def test_a_suite_keeps_its_order_and_says_what_it_looked_at(validate: Validate) -> None:
    report = validate(
        ROWS,
        expect("table_row_count_to_be_between", min_value=3),
        expect("column_values_to_be_in_set", column="carrier", value_set=["UA", "AA"], severity="warning"),
        expect("column_values_to_not_be_null", column="carrier"),
        expect("column_mean_to_be_between", column="distance", min_value=0, max_value=200),
        expect("table_columns_to_match_set", column_set=["carrier", "distance"]),
        expect("compound_columns_to_be_unique", column_list=["carrier", "distance"]),
        expect("column_values_to_be_in_set", column="late", value_set=[True, False]),
    )
    assert report.question == "data:t"
    assert report.looked_at == "4 rows, 3 columns, 7 expectations"
    assert [check.status for check in report.checks] == [
        "pass",
        "fail",
        "fail",
        "fail",
        "fail",
        "pass",
        "pass",
    ]
    rows, carrier, null, mean, columns, *_ = report.checks
    assert (rows.value, rows.limit) == (4, "3 to any")
    assert (carrier.severity, carrier.count, carrier.rows, carrier.column) == ("warning", 1, 4, "carrier")
    assert (null.count, null.message) == (1, "1 of 4 values break it: row 4")
    assert (mean.value, mean.limit) == (250.0, "0 to 200")
    assert columns.message == "unexpected: late"


def test_equal_expectations_are_each_answered(validate: Validate) -> None:
    report = validate(ROWS, *[expect("column_to_exist", column="late")] * 3)
    assert [check.status for check in report.checks] == ["pass"] * 3


def test_a_table_without_a_suite_is_not_our_business(tmp_path: Path) -> None:
    context = context_of(tmp_path, pa.table(ROWS), suite="")
    assert hooks.mlops_validate_data(context, DataRef(name="t", uri="t")) is None
    assert hooks.mlops_validate_data(context, DataRef(name="other", uri="t")) is None


def test_a_suite_that_is_not_there(tmp_path: Path) -> None:
    write_suite(tmp_path, expect("column_to_exist", column="late"))
    context = context_of(tmp_path, pa.table(ROWS), suite="nope")
    with pytest.raises(SettingsError, match="the suite `nope` is not there") as caught:
        hooks.mlops_validate_data(context, DataRef(name="t", uri="t"))
    assert caught.value.hint == "there is s"
    assert "gx/expectations/nope.json" in str(caught.value)


def test_a_suite_that_is_no_json(tmp_path: Path) -> None:
    write_suite(tmp_path).write_text("{")
    with pytest.raises(SettingsError, match="no JSON"):
        hooks.mlops_validate_data(context_of(tmp_path, pa.table(ROWS)), DataRef(name="t", uri="t"))


def test_setup_imports_the_tool_and_finds_the_suites(tmp_path: Path) -> None:
    report = hooks.mlops_check_setup(context_of(tmp_path, pa.table(ROWS)))
    assert report is not None
    assert [check.status for check in report.checks] == ["pass", "error"]
    assert report.checks[0].message.startswith("1.")


@pytest.mark.parametrize("kind", ["column_max_to_be_between", "column_distinct_values_to_be_in_set"])
@pytest.mark.parametrize("table", [{"show_values": False}, {"columns": {"id": "a"}}])
def test_what_was_observed_of_private_values_is_not_shown(
    tmp_path: Path, kind: str, table: dict[str, Any]
) -> None:
    asked = {"max_value": 1} if "max" in kind else {"value_set": [1]}
    write_suite(tmp_path, expect(kind, column="a", **asked), expect("column_mean_to_be_between", column="a"))
    context = context_of(tmp_path, pa.table({"a": [7331, 7333]}), table=table, data_docs=True)
    (report,) = hooks.mlops_validate_data(context, DataRef(name="t", uri="t"))
    hidden, mean = report.checks
    assert (hidden.status, hidden.value, mean.value) == ("fail", None, 7332)
    assert "733" not in str(msgspec.structs.replace(report, checks=(hidden,)))
    assert (len(report.artifacts) == 1) == ("show_values" in table)
