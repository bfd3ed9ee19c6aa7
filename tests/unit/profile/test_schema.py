"""Schema changes are named, and are not mistaken for drift."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from arrow_table import ArrowTable
from reference import ROLES, change, profile, rows

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.settings import ModelSettings, MonitorSettings, Settings
from mlops_ext.profile.answer import compare


class _Desk:
    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def open(self, data: DataRef) -> ArrowTable:
        return ArrowTable(self.table)


def _answer(live: pa.Table, reference=None):
    settings = Settings(
        plugins=(), models={"delay": ModelSettings(monitor=MonitorSettings(minimum_rows=200))}
    )
    here = Path("/project")
    context = Context(
        root=here, top=here, project="p", settings=settings, desk=_Desk(live), python="python", home=here
    )
    roles = ColumnRoles(id="id", time="time", prediction="prediction", version="version")
    window = DataRef(name="log:production", uri="/log", columns=roles)
    schema, drift = compare(context, reference or profile(), window)
    assert (schema.question, drift.question) == ("schema", "drift")
    return {check.name: check for check in schema.checks}, {check.name: check for check in drift.checks}


def _live() -> pa.Table:
    log = rows(days=7, seed=7, start="2013-04-01").drop_columns(["late"])
    return log.append_column("prediction", pa.array([0.2] * 700)).append_column(
        "version", pa.array([1] * 700)
    )


def test_a_log_without_labels_and_with_its_own_columns_is_well() -> None:
    schema, drift = _answer(_live())
    assert {check.status for check in (*schema.values(), *drift.values())} == {"pass"}
    assert schema["extra-columns"].count == 0
    assert "5 columns looked at" in schema["extra-columns"].message


def test_a_missing_column_is_named_with_the_nearest_and_not_judged() -> None:
    live = _live().rename_columns(
        ["distanse" if name == "distance" else name for name in _live().column_names]
    )
    schema, drift = _answer(live)
    assert schema["column:distance"].status == "fail"
    assert schema["column:distance"].hint == "did you mean `distanse`?"
    assert "distanse" in schema["extra-columns"].message
    assert "drift:distance" not in drift
    assert drift["drift:hour"].status == "pass"


def test_another_type_is_a_schema_change_and_not_drift() -> None:
    live = _live()
    words = [str(value) for value in live["hour"].to_pylist()]
    schema, drift = _answer(change(live, hour=words))
    assert schema["column:hour"].status == "fail"
    assert "type was integer, is string" in schema["column:hour"].message
    assert "drift:hour" not in drift


def test_numbers_are_numbers_and_categories_are_words() -> None:
    live = _live()
    schema, _ = _answer(change(live, hour=[float(value) for value in live["hour"].to_pylist()]))
    assert schema["column:hour"].status == "pass"
    table = change(rows(), carrier=[str(number % 3) for number in range(8400)])
    as_numbers = change(live, carrier=[number % 3 for number in range(700)])
    schema, drift = _answer(as_numbers, profile(table))
    assert schema["column:carrier"].status == "pass"
    assert drift["drift:carrier"].status == "pass"


def test_a_column_that_lost_all_values_is_named() -> None:
    for nothing in (pa.nulls(700, pa.float64()), pa.nulls(700)):
        schema, _ = _answer(change(_live(), distance=nothing))
        failed = [check for check in schema.values() if check.status == "fail"]
        assert [check.column for check in failed] == ["distance"]
        assert "no values: all 700 rows" in failed[0].message


def test_unexpected_values_of_a_declared_category() -> None:
    live = _live()
    other = ["ZZ" if number % 10 == 0 else value for number, value in enumerate(live["carrier"].to_pylist())]
    schema, _ = _answer(change(live, carrier=other))
    check = schema["values:carrier"]
    assert (check.status, check.count, check.rows) == ("fail", 70, 700)
    assert "ZZ" in check.message
    once = ["ZZ" if number == 0 else value for number, value in enumerate(live["carrier"].to_pylist())]
    assert _answer(change(live, carrier=once))[0]["values:carrier"].status == "pass"


def test_an_empty_window_is_neither_good_nor_bad() -> None:
    schema, drift = _answer(_live().slice(0, 0))
    assert schema["values:carrier"].status == "skipped"
    assert drift["minimum-rows"].status == "skipped"
    assert ROLES.label not in {check.column for check in schema.values()}
