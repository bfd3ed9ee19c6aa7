"""What GX's own pandas makes of a checkpoint's file in silence: faults F01 to F10 by another reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import great_expectations.expectations as gxe
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gx_project import context_of
from gx_team import make

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError
from mlops_ext_great_expectations import hooks

UNIQUE = gxe.ExpectColumnValuesToBeUnique(column="id")
KNOWN = gxe.ExpectColumnValuesToNotBeNull(column="country", mostly=0.1)
ANY = gxe.ExpectTableColumnCountToBeBetween(min_value=1)


def ask(root: Path, text: str | bytes, *expectations: Any, options: dict[str, Any] | None = None) -> Report:
    """What a checkpoint says whose data source is one CSV file."""
    (root / "data").mkdir(exist_ok=True)
    (root / "data/day.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    if not (root / "gx").exists():
        make(root, *expectations, options=options)
    return asked(root)


def asked(root: Path) -> Report:
    rows = pa.table({"id": [1]})
    reports = hooks.mlops_validate_data(
        context_of(root, rows, suite="", table={"checkpoint": "cp"}), DataRef(name="t", uri="t")
    )
    assert reports is not None
    return reports[0]


def test_f01_neighbour_a_mark_that_pandas_reads(tmp_path: Path) -> None:
    """Neighbour of F01: the checkpoint's own file has the mark."""
    report = ask(tmp_path, '\ufeff"id",country\n1,DE\n', UNIQUE, KNOWN)
    assert [check.status for check in report.checks] == ["pass", "pass"]


def test_f02_neighbour_ids_that_pandas_rounds(tmp_path: Path) -> None:
    """Neighbour of F02: two ids are one in the frame that GX judges."""
    text = "id,country\n9007199254740993,DE\n,FR\n9007199254740992,FR\n"
    with pytest.raises(CouldNotTellError, match="`id` as floats") as caught:
        ask(tmp_path, text, UNIQUE)
    assert caught.value.where == "data/day.csv"
    assert "Int64" in caught.value.hint


def test_f02_neighbour_of_its_own_in_parquet(tmp_path: Path) -> None:
    """Neighbour of F02: integers with a gap in a Parquet file that pandas reads."""
    (tmp_path / "data").mkdir()
    pq.write_table(pa.table({"id": [9007199254740993, None]}), tmp_path / "data/day.parquet")
    make(tmp_path, UNIQUE, kind="parquet", path="day.parquet")
    with pytest.raises(CouldNotTellError, match="`id` as floats"):
        asked(tmp_path)


def test_f04_neighbour_a_cut_off_file_of_a_checkpoint(tmp_path: Path) -> None:
    """Neighbour of F04: GX reads the Parquet file."""
    (tmp_path / "data").mkdir()
    pq.write_table(pa.table({"id": [1]}), tmp_path / "data/day.parquet")
    make(tmp_path, UNIQUE, kind="parquet", path="day.parquet")
    whole = (tmp_path / "data/day.parquet").read_bytes()
    (tmp_path / "data/day.parquet").write_bytes(whole[:-9])
    with pytest.raises(CouldNotTellError, match="GX can't read `days`"):
        asked(tmp_path)


def test_f06_neighbour_columns_that_pandas_shifts(tmp_path: Path) -> None:
    """Neighbour of F06: the first column became the index, and nothing was said."""
    with pytest.raises(RefusedError, match="line 2 has 3 fields, the header has 2"):
        ask(tmp_path, "id,country\n1,DE,\n2,FR,\n", ANY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id;country\n0;DE;\n1;FR;\n", "line 2 has 3 fields, the header has 2"),
        ("id;country;country\n1;DE;FR\n", "`country` is column 2 and 3"),
    ],
)
def test_f06_f08_neighbour_behind_a_separator_of_the_asset(tmp_path: Path, text: str, said: str) -> None:
    """Neighbours of F06 and F08: the engine reads commas, pandas was told of semicolons."""
    with pytest.raises(RefusedError, match=said) as caught:
        ask(tmp_path, text, ANY, options={"sep": ";"})
    assert caught.value.where == "data/day.csv"


def test_f07_neighbour_one_column_of_semicolons(tmp_path: Path) -> None:
    """Neighbour of F07: pandas reads one column, which an expectation of the table takes."""
    with pytest.raises(SettingsError, match="looks like `;`"):
        ask(tmp_path, "id;country\n1;DE\n", ANY)


def test_f08_neighbour_a_name_that_pandas_changes(tmp_path: Path) -> None:
    """Neighbour of F08: `country.1` is no column of the file."""
    with pytest.raises(RefusedError, match="`country` is column 2 and 3"):
        ask(tmp_path, "id,country,country\n1,DE,FR\n", KNOWN)


def test_f09_neighbour_names_that_pandas_takes_for_nothing(tmp_path: Path) -> None:
    """Neighbour of F09: Namibia is missing in the frame, and somebody is told."""
    text = "id,country\n1,NA\n2,DE\n3,\n"
    known, warning = ask(tmp_path, text, KNOWN).checks
    assert known.status == "pass"
    assert (warning.status, warning.severity, warning.column, warning.count) == (
        "fail",
        "warning",
        "country",
        1,
    )
    assert warning.examples == ("'NA' (row 1)",)


def test_f09_neighbour_of_its_own_words_that_somebody_meant(tmp_path: Path) -> None:
    """Neighbour of F09: the team said what is missing, and in numbers `NA` is no name."""
    text = "id,country\n1,NA\nNA,DE\n"
    report = ask(tmp_path, text, KNOWN, options={"na_values": "NA"})
    assert len(report.checks) == 1
    assert len(ask(tmp_path, "id,country\n1,FR\nNA,DE\n").checks) == 1


def test_f10_neighbour_a_batch_without_rows(tmp_path: Path) -> None:
    """Neighbour of F10: only a header, and an expectation that looks at no row."""
    none, columns = ask(tmp_path, "id,country\n", ANY).checks
    assert (none.status, none.message) == ("fail", "0 rows, at least 1 needed")
    assert columns.status == "pass"


def test_f42_neighbour_mostly_in_a_checkpoint(tmp_path: Path) -> None:
    """Neighbour of F42: the nulls are pandas' own, and both counts are said."""
    rule = gxe.ExpectColumnValuesToBeInSet(column="country", value_set=["DE"], mostly=0.5)
    (check,) = ask(tmp_path, "id,country\n1,FR\n2,\n3,\n4,\n", rule).checks
    said = "1 of 1 non-null values break it (3 null); at least 0.5 of them must hold"
    assert (check.status, check.message) == ("fail", f"{said}: 'FR' (row 1)")


def test_f44_neighbour_an_infinite_mean_of_a_file(tmp_path: Path) -> None:
    """Neighbour of F44: the infinite value is read by pandas."""
    rule = gxe.ExpectColumnMeanToBeBetween(column="id", min_value=0)
    (check,) = ask(tmp_path, "id,country\n1,FR\ninf,DE\n", rule).checks
    assert (check.status, check.value, check.message) == ("fail", None, "the value is infinite")


@pytest.mark.parametrize("name", ["Total Amount", "a.b", "from"])
def test_f45_neighbour_odd_names_in_a_checkpoint(tmp_path: Path, name: str) -> None:
    """Neighbour of F45: a row condition on a column of a file that GX reads."""
    rule = gxe.ExpectColumnValuesToBeBetween(
        column="id", min_value=2, row_condition=f"`{name}` > 1", condition_parser="pandas"
    )
    (check,) = ask(tmp_path, f"id,{name}\n1,1\n2,2\n", rule).checks
    assert (check.status, check.rows) == ("pass", 1)


def test_f48_neighbour_days_of_a_file_that_pandas_leaves_as_text(tmp_path: Path) -> None:
    """Neighbour of F48: the frame has text, the suite a time."""
    rule = gxe.ExpectColumnMaxToBeBetween(column="country", max_value="2026-12-31")
    with pytest.raises(SettingsError, match="text that is no time: '31/01/2027'"):
        ask(tmp_path, "id,country\n1,31/01/2027\n", rule)
