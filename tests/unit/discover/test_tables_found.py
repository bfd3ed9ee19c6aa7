"""Which files are tables, how they are written, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_ext.discover.dialect import look_at_text
from mlops_ext.discover.folders import MANY
from mlops_ext.discover.names import names_of
from mlops_ext.discover.pipeline import Pipeline, Stage
from mlops_ext.discover.tables import find_tables


def found(root: Path, *files: str, pipeline: Pipeline | None = None):
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("a,b\n1,2\n")
    return find_tables(root, files, (), pipeline or Pipeline())


def test_a_folder_of_parts_is_one_table(tmp_path):
    tables, _ = found(
        tmp_path, "d/day=1/x.parquet", "d/day=2/x.parquet", "e/part-0.parquet", "e/part-1.parquet"
    )
    assert [table.path for table in tables] == ["d", "e"]


def test_a_folder_of_many_files_with_types_that_differ_in_a_number_is_one_table(tmp_path):
    tables, said = found(tmp_path, *(f"d/rows_{number:03}.parquet" for number in range(MANY + 1)))
    assert ([table.path for table in tables], said) == (["d"], [])


def test_a_folder_of_a_hundred_files_is_said_and_not_asked(tmp_path):
    tables, said = found(tmp_path, *(f"runs/{number}.csv" for number in range(MANY + 1)), "data.csv")
    assert [table.path for table in tables] == ["data.csv"]
    assert any("runs holds 21 tables" in line for line in said)


def test_tables_that_the_pipeline_names_are_asked_however_many_there_are(tmp_path):
    pipeline = Pipeline(pointers=["runs/3.csv"])
    tables, _ = found(
        tmp_path, *(f"runs/r{number}.csv" for number in range(30)), "runs/3.csv", pipeline=pipeline
    )
    assert "runs/3.csv" in [table.path for table in tables]


def test_parts_of_text_are_one_table_that_keeps_no_types(tmp_path):
    (table,), _ = found(tmp_path, "d/day=1/x.csv", "d/day=2/x.csv")
    assert (table.path, table.typed, table.dialect.header) == ("d", False, ("a", "b"))


def test_tables_of_tests_and_metrics_are_not_the_teams_data(tmp_path):
    tables, _ = found(tmp_path, "tests/data.csv", "m.csv", pipeline=Pipeline(aside=["m.csv"]))
    assert tables == []


def test_who_makes_a_table_is_known_from_the_pipeline(tmp_path):
    pipeline = Pipeline(stages=[Stage("s", "dvc.yaml", ("x",), ("raw.csv",), ("made.csv",))])
    tables, _ = found(tmp_path, "made.csv", "raw.csv", "lonely.csv", pipeline=pipeline)
    assert {table.path: table.role for table in tables} == {
        "raw.csv": "input",
        "lonely.csv": "file",
        "made.csv": "output",
    }


def test_a_tracked_table_that_is_not_here_is_known_all_the_same(tmp_path):
    (table,), _ = found(tmp_path, pipeline=Pipeline(pointers=["data/raw.parquet"]))
    assert (table.path, table.here) == ("data/raw.parquet", False)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (b"a,b\n1,2\n", {}),
        (b"a;b\n1;2\n", {"delimiter": ";"}),
        (b"a;b\n1,5;2,25\n", {"delimiter": ";", "decimal": ","}),
        (b'a;b\n"x, y";2.5\n', {"delimiter": ";"}),
        (b"a|b|c\n1|2|3\n", {"delimiter": "|"}),
        ("ä,b\n1,2\n".encode("latin-1"), {"encoding": "latin-1"}),
        ("a,b\n€,2\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("a,b\n1,2\n".encode("utf-16"), {"encoding": "utf-16"}),
        (b'a,b\n"one\ntwo",2\n', {}),
        (b"alone\n1\n2\n", {}),
        ("ä".encode() * 40_000 + b"\n", {}),
    ],
)
def test_how_a_text_table_is_written(tmp_path, text, settings):
    (tmp_path / "t.csv").write_bytes(text)
    looked = look_at_text(tmp_path / "t.csv")
    assert looked.settings == settings
    assert looked.refused == ""


def test_tabs_need_no_setting_where_the_name_says_so(tmp_path):
    (tmp_path / "t.tsv").write_text("a\tb\n1\t2\n")
    assert look_at_text(tmp_path / "t.tsv").settings == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("1,2\n3,4\n", "no header"),
        ("A report\na,b\n1,2\n3,4\n", "does not begin with its header"),
        ("version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    ],
)
def test_why_a_file_is_no_table(tmp_path, text, why):
    (tmp_path / "t.csv").write_text(text)
    assert why in look_at_text(tmp_path / "t.csv").refused


def test_names_are_those_of_files_and_folders_tell_them_apart():
    assert names_of(["raw/data.csv", "clean/data.csv", "My Table (1).csv"]) == {
        "raw/data.csv": "raw-data",
        "clean/data.csv": "clean-data",
        "My Table (1).csv": "my-table-1",
    }


def test_names_that_nothing_tells_apart_are_numbered():
    assert list(names_of(["a.csv", "a.parquet", "a b.csv", "a-b.csv"]).values()) == [
        "a",
        "a-parquet",
        "a-b",
        "a-b-csv",
    ]
