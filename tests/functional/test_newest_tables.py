"""Neighbours of F02 to F10, F39 and F41 in another stage: the newest bytes, before `trigger` trains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from functional.tables import TableProject, expect
from projects.visits import visits

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef
from mlops_ext.session import Options, open_session
from mlops_ext.stages import newest, tables
from mlops_ext.verdict import fold

ROWS = visits(20)
HEAD = ",".join(ROWS.column_names) + "\n"
LINE = "{n},2026-01-0{n}T00:00:00,{n}.5,{n},mail,1\n"


def ask(project: TableProject, path: Path, format_: str) -> tuple[int, str, list[Report]]:
    """The exit code that `trigger` would end with, everything that was said, and the reports."""
    session = open_session(Options(project=project.root))
    roles = tables.roles(session.settings.data["visits"])
    data = DataRef(name="visits", uri=str(path), format=format_, columns=roles)
    reports = newest.validate(session, "purchase", (data,))
    said = " ".join(str(report) for report in reports)
    return fold(reports, ()).exit_code, said, reports


def parquet(rows: pa.Table) -> Callable[[Path], None]:
    return lambda path: pq.write_table(rows, path)


def text(content: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(content) and None


def cut_off(path: Path) -> None:
    pq.write_table(ROWS, path)
    path.write_bytes(path.read_bytes()[:-30])


def nothing_in(name: str) -> pa.Table:
    at = ROWS.column_names.index(name)
    return ROWS.set_column(at, name, pa.nulls(len(ROWS), ROWS.schema.field(name).type))


LINES = [LINE.format(n=n) for n in range(1, 7)]
TWICE = ROWS.rename_columns(["id", "day", "minutes", "minutes", "channel", "bought"])
DAYS = [line.replace("2026-01-0", "0").replace("T00:00:00", "/01/2026") for line in LINES]
CASES = {
    "f03 days that are day-first": ("csv", text(HEAD + "".join(DAYS)), 2, "data.visits.csv.time_format"),
    "f04 a file that was cut off": ("parquet", cut_off, 3, "not a complete Parquet file"),
    "f06 rows that end with a separator": (
        "csv", text(HEAD + "".join(line.replace("\n", ",\n") for line in LINES)), 1, "line 2 has 7 fields",
    ),
    "f07 semicolons": ("csv", text((HEAD + LINES[0]).replace(",", ";")), 2, "data.visits.csv.delimiter"),
    "f08 a name that is there twice": ("parquet", parquet(TWICE), 1, "`minutes` is column 3 and 4"),
    "f10 no rows": ("parquet", parquet(ROWS.slice(0, 0)), 1, "0 rows, at least 1 needed"),
    "f39 a column that is missing": (
        "parquet", parquet(ROWS.drop_columns("minutes")), 1, "the column is missing",
    ),
    "f41 a column of nothing": ("parquet", parquet(nothing_in("minutes")), 1, "vacuous: 0 of"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_the_newest_table(table_project: TableProject, tmp_path: Path, case: str) -> None:
    format_, write, code, words = CASES[case]
    model = '[models.purchase]\ndata = "visits"\nfile = "model.joblib"\n'
    table_project.edit("mlops-ext.toml", "[data.visits]", f"{model}\n[data.visits]")
    table_project.suite(expect("column_values_to_be_between", column="minutes", min_value=0))
    write(tmp_path / "newest")
    found, said, _ = ask(table_project, tmp_path / "newest", format_)
    assert (found, words in said) == (code, True), said


def test_f02_f09_neighbour_ids_and_names_in_the_newest_text(
    table_project: TableProject, tmp_path: Path
) -> None:
    """Neighbours of F02 and F09: a gap beside large ids, and Namibia, in the newest bytes only."""
    model = '[models.purchase]\ndata = "visits"\nfile = "model.joblib"\n'
    table_project.edit("mlops-ext.toml", "[data.visits]", f"{model}\n[data.visits]")
    lines = [line.replace("mail", "NA") for line in LINES]
    lines[0] = lines[0].replace("1,", "9007199254740993,", 1)
    lines[1] = lines[1].replace("2,", "9007199254740992,", 1)
    lines[2] = lines[2].replace("3,", ",", 1)
    (tmp_path / "newest").write_text(HEAD + "".join(lines))
    table_project.suite(
        expect("column_values_to_be_unique", column="id"),
        expect("column_values_to_be_in_set", column="channel", value_set=["NA"]),
    )
    _, said, reports = ask(table_project, tmp_path / "newest", "csv")
    suite = next(report for report in reports if report.plugin == "great-expectations")
    assert [check.status for check in suite.checks] == ["pass", "pass"], said
    assert suite.checks[1].count == 0
