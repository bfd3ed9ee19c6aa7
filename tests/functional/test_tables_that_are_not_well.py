"""`integrate` on tables and suites that are not well: 1 says no, 2 is misconfigured, 3 could not tell."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from functional.tables import expect
from projects.visits import visits, write


def test_a_missing_column_is_no(table_project):
    write(visits(20).drop_columns("minutes"), table_project.table)
    said = table_project.integrate(1)
    assert "minutes" in said
    assert "great-expectations" in said


def test_a_suite_without_expectations_is_misconfigured(table_project):
    table_project.suite()
    said = table_project.integrate(2)
    assert "nothing to check" in said


def test_a_cut_off_parquet_could_not_be_told(table_project):
    content = table_project.table.read_bytes()
    table_project.table.write_bytes(content[: len(content) // 2])
    said = table_project.integrate(3)
    assert "not a complete Parquet file" in said
    assert "data/visits.parquet" in said


@pytest.mark.parametrize("size", [0, 3, 400])
def test_f04_a_parquet_file_that_a_killed_writer_left(table_project, size):
    table_project.table.write_bytes(table_project.table.read_bytes()[:size])
    said = table_project.integrate(3)
    assert "not a complete Parquet file" in said
    assert f"{size} bytes" in said
    assert "great-expectations" not in said


def test_f08_a_column_name_that_is_there_twice(table_project):
    table = visits(20)
    twice = table.rename_columns(["id", "day", "minutes", "minutes", "channel", "bought"])
    pq.write_table(twice, table_project.table)
    said = table_project.integrate(1)
    assert "minutes" in said
    assert "`minutes` is column 3 and 4" in said
    assert "great-expectations" not in said


@pytest.mark.parametrize("format_", ["parquet", "csv"])
def test_f10_a_table_without_rows(table_project, format_):
    if format_ == "csv":
        table_project.edit("mlops-ext.toml", "visits.parquet", "visits.csv")
        table_project.write({"data/visits.csv": ",".join(visits(1).column_names) + "\n"})
    else:
        write(visits(1).slice(0, 0), table_project.table)
    said = table_project.integrate(1)
    assert "0 rows, at least 1 needed" in said


def test_f39_a_missing_column_names_the_nearest_one(table_project):
    table_project.suite(expect("column_values_to_not_be_null", column="minuts"))
    said = table_project.integrate(1)
    assert "minuts" in said
    assert "minutes" in said.replace("minuts", "")


def test_f39_any_other_exception_in_a_result_could_not_be_told(table_project):
    table_project.suite(expect("column_values_to_match_regex", column="channel", regex="("))
    said = table_project.integrate(3)
    assert "channel" in said
    assert "column values to match regex" in said


def test_f40_a_suite_in_which_all_are_misspelt(table_project):
    table_project.suite(expect("column_values_to_be_nul", column="minutes"))
    said = table_project.integrate(2)
    assert "expect_column_values_to_be_nul" in said


def test_f40_how_many_were_evaluated_is_shown(table_project):
    table_project.suite(
        expect("column_values_to_not_be_null", column="minutes"),
        expect("column_values_to_be_between", column="pages", min_value=1000),
    )
    said = table_project.integrate(1)
    assert "1 of 2" in said


def test_f41_a_column_of_nothing_passes_no_range(table_project):
    table = visits(20)
    empty = pa.nulls(table.num_rows, pa.float64())
    write(table.set_column(2, "minutes", empty), table_project.table)
    said = table_project.integrate(1)
    assert "vacuous" in said
    assert f"0 of {table.num_rows}" in said


def test_f41_a_row_condition_that_no_row_meets(table_project):
    condition = {"row_condition": 'channel=="nowhere"', "condition_parser": "pandas"}
    table_project.suite(
        expect("column_values_to_be_between", column="minutes", min_value=0, max_value=100, **condition)
    )
    assert "vacuous" in table_project.integrate(1)


def test_f47_a_project_folder_of_great_expectations_0(table_project):
    (table_project.root / "gx").rename(table_project.root / "great_expectations")
    said = table_project.integrate(2)
    assert "great_expectations" in said
    assert "migrat" in said.lower()
    assert not (table_project.root / "gx").exists()
