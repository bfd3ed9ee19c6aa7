"""Checkpoints and expectation classes of a team, run by the real GX in a child that leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import great_expectations.expectations as gxe
import pyarrow as pa
import pytest
from gx_project import context_of, expect, write_suite
from gx_team import OWN_CLASS, hashes, make

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_great_expectations import hooks

ROWS = pa.table({"carrier": ["UA", "AA", "??"], "distance": [100, 200, 300]})
IN_SET = gxe.ExpectColumnValuesToBeInSet(column="carrier", value_set=["UA", "AA"])
FAR = gxe.ExpectColumnValuesToBeBetween(column="distance", min_value=0, severity="warning")


def ask(root: Path, **more: Any) -> Report:
    own = more.pop("own", {})
    table = {"checkpoint": "cp", **more}
    reports = hooks.mlops_validate_data(
        context_of(root, ROWS, suite="", table=table, **own), DataRef(name="t", uri="t")
    )
    assert reports is not None
    (report,) = reports
    return report


def write_day(root: Path, name: str = "day.csv", text: str = "carrier,distance\nUA,1\n??,2\n,-3\n") -> None:
    (root / "data").mkdir(exist_ok=True)
    (root / "data" / name).write_text(text)


def test_its_suite_runs_on_its_own_files_and_nothing_of_theirs_changes(tmp_path: Path) -> None:
    write_day(tmp_path)
    make(tmp_path, IN_SET, FAR)
    before = hashes(tmp_path)
    report = ask(tmp_path)
    assert hashes(tmp_path) == before
    carrier, distance = report.checks
    assert (carrier.status, carrier.count, carrier.rows, carrier.severity) == ("fail", 1, 3, "critical")
    assert (carrier.about, carrier.examples) == ("unexpected", ("'??' (row 2)",))
    assert (distance.status, distance.severity, distance.about) == ("fail", "warning", "values")
    assert report.looked_at == (
        "3 rows, 2 columns of cp_files/days, 2 expectations of cp_suite; not run: pages"
    )
    assert report.artifacts[0].uri == "gx/expectations/cp_suite.json"


def test_a_source_that_is_given_frames_gets_the_engine_s_rows(tmp_path: Path) -> None:
    make(tmp_path, IN_SET, kind="frame")
    (check,) = ask(tmp_path).checks
    assert (check.count, check.rows, check.examples) == (1, 3, ("'??' (row 3)",))


def test_values_of_a_private_table_do_not_leave_the_child(tmp_path: Path) -> None:
    write_day(tmp_path)
    make(tmp_path, IN_SET)
    (check,) = ask(tmp_path, show_values=False).checks
    assert (check.status, check.count, check.examples) == ("fail", 1, ())
    assert "??" not in str(check)


def test_a_checkpoint_that_is_not_there(tmp_path: Path) -> None:
    make(tmp_path, IN_SET, name="nightly", kind="frame")
    with pytest.raises(SettingsError, match="`cp` is not there") as caught:
        ask(tmp_path)
    assert (caught.value.key, caught.value.hint) == ("data.t.checkpoint", "there is nightly")


def test_f40_neighbour_a_checkpoint_whose_suite_is_empty(tmp_path: Path) -> None:
    """Neighbour of F40: the empty suite is named by a checkpoint."""
    make(tmp_path, kind="frame")
    with pytest.raises(SettingsError, match="0 expectations") as caught:
        ask(tmp_path)
    assert caught.value.key == "data.t.checkpoint"


def test_f40_neighbour_an_expectation_that_gx_leaves_out_when_it_loads(tmp_path: Path) -> None:
    """Neighbour of F40: misspelt in the file of a checkpoint's suite, beside one that is right."""
    make(tmp_path, IN_SET, FAR, kind="frame")
    path = tmp_path / "gx/expectations/cp_suite.json"
    path.write_text(path.read_text().replace("to_be_between", "to_be_betwixt"))
    with pytest.raises((SettingsError, CouldNotTellError), match="betwixt"):
        ask(tmp_path)


def test_f39_neighbour_a_column_that_its_file_lacks(tmp_path: Path) -> None:
    """Neighbour of F39: the column is missing in the file that GX itself reads."""
    write_day(tmp_path, text="carier,distance\nUA,1\n")
    make(tmp_path, IN_SET)
    (check,) = ask(tmp_path).checks
    assert (check.status, check.about, check.hint) == ("fail", "schema", "did you mean `carier`?")


def test_f41_neighbour_a_file_of_nothing_but_nulls(tmp_path: Path) -> None:
    """Neighbour of F41: read by GX's own pandas, a column without a value."""
    write_day(tmp_path, text="carrier,distance\n,\n,\n")
    make(tmp_path, IN_SET)
    (check,) = ask(tmp_path).checks
    assert (check.status, check.message) == ("fail", "vacuous: 0 of 2 values checked")


def test_f43_no_batch_for_the_day_that_is_asked_for(tmp_path: Path) -> None:
    write_day(tmp_path, "2026-01-01.csv")
    make(tmp_path, IN_SET, kind="daily")
    day = {"year": "2026", "month": "01", "day": "02"}
    with pytest.raises(CouldNotTellError, match="no data for year 2026, month 01, day 02 of"):
        ask(tmp_path, own={"batch": {"cp": day}})
    (check,) = ask(tmp_path, own={"batch": {"cp": {**day, "day": "01"}}}).checks
    assert (check.status, check.count) == ("fail", 1)


def test_f43_neighbour_a_folder_that_is_empty(tmp_path: Path) -> None:
    """Neighbour of F43: the source's folder was there when the project was made and is empty now."""
    write_day(tmp_path)
    make(tmp_path, IN_SET)
    (tmp_path / "data/day.csv").unlink()
    with pytest.raises(CouldNotTellError, match="no data for the batch"):
        ask(tmp_path)


def test_f46_neighbour_a_bound_of_a_checkpoint_s_suite(tmp_path: Path) -> None:
    """Neighbour of F46: the integers come from a file that GX reads."""
    write_day(tmp_path, text="carrier,distance\nUA,9007199254740993\n")
    make(tmp_path, gxe.ExpectColumnValuesToBeBetween(column="distance", max_value=9007199254740992))
    with pytest.raises(SettingsError, match=r"exact only below 2\*\*53"):
        ask(tmp_path)


def test_f47_neighbour_a_checkpoint_in_a_project_of_0x(tmp_path: Path) -> None:
    """Neighbour of F47: a checkpoint is asked for, not a suite."""
    (tmp_path / "great_expectations").mkdir()
    with pytest.raises(SettingsError, match=r"0\.x"):
        ask(tmp_path)
    assert not (tmp_path / "gx").exists()


def test_classes_of_the_team_are_loaded_and_said(tmp_path: Path) -> None:
    write_suite(tmp_path, expect("carrier_to_be_short"))
    (tmp_path / "gx/plugins").mkdir()
    (tmp_path / "gx/plugins/short.py").write_text(OWN_CLASS)
    before = hashes(tmp_path)
    (report,) = hooks.mlops_validate_data(context_of(tmp_path, ROWS), DataRef(name="t", uri="t"))
    assert hashes(tmp_path) == before
    (check,) = report.checks
    assert (check.status, check.rows) == ("pass", 3)


def test_a_class_that_can_not_be_imported_is_could_not_tell(tmp_path: Path) -> None:
    write_suite(tmp_path, expect("carrier_to_be_short"))
    (tmp_path / "gx/plugins").mkdir()
    (tmp_path / "gx/plugins/short.py").write_text("import nowhere_to_be_found")
    with pytest.raises(CouldNotTellError, match=r"short\.py can't be imported") as caught:
        hooks.mlops_validate_data(context_of(tmp_path, ROWS), DataRef(name="t", uri="t"))
    assert caught.value.where == "gx/plugins/short.py"
    assert caught.value.hint == "install nowhere_to_be_found beside mlops-ext"


def test_parameters_of_a_suite_come_from_the_settings(tmp_path: Path) -> None:
    bound = {"$PARAMETER": "top"}
    write_suite(tmp_path, expect("column_values_to_be_between", column="distance", max_value=bound))
    data = DataRef(name="t", uri="t")
    (report,) = hooks.mlops_validate_data(context_of(tmp_path, ROWS, parameters={"top": 250}), data)
    assert [check.count for check in report.checks] == [1]
    with pytest.raises(SettingsError, match="top") as caught:
        hooks.mlops_validate_data(context_of(tmp_path, ROWS), data)
    assert caught.value.key == "great-expectations.parameters"


def test_data_docs_are_written_on_request_and_below_our_own_folder(tmp_path: Path) -> None:
    write_suite(tmp_path, expect("column_values_to_be_in_set", column="carrier", value_set=["UA"]))
    before = hashes(tmp_path)
    data = DataRef(name="t", uri="t")
    hooks.mlops_validate_data(context_of(tmp_path, ROWS), data)
    assert hashes(tmp_path) == before
    (report,) = hooks.mlops_validate_data(context_of(tmp_path, ROWS, data_docs=True), data)
    (page,) = (ref for ref in report.artifacts if ref.kind == "data-docs")
    assert Path(page.uri) == tmp_path / ".mlops-ext/data-docs/t/s.html"
    assert "carrier" in Path(page.uri).read_text()
    assert hashes(tmp_path / "gx") == {name[3:]: value for name, value in before.items() if name[:3] == "gx/"}
