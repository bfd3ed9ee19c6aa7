"""Neighbours of F01 to F10 in text files: other formats, folders, declared types."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from ibis_tables import Open

from mlops_ext.errors import CouldNotTellError, MlopsExtError, RefusedError, SettingsError


def rows(table: object) -> list[dict[str, object]]:
    return pa.table(table).to_pylist()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_f01_neighbour_a_mark_in_another_encoding(tmp_path: Path, opened: Open, encoding: str) -> None:
    """Neighbour of F01: the mark of UTF-16, and UTF-8's with the encoding named."""
    (tmp_path / "t.csv").write_bytes('"id",städte\n1,Köln\n'.encode(encoding))
    assert rows(opened("t.csv", encoding=encoding)) == [{"id": 1, "städte": "Köln"}]


def test_f01_neighbour_bytes_that_are_no_utf_8_ask_for_the_encoding(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F01: an encoding that nobody named is no reason to guess."""
    (tmp_path / "t.csv").write_bytes("id,city\n1,Köln\n".encode("latin-1"))
    with pytest.raises(CouldNotTellError) as caught:
        opened("t.csv")
    assert "encoding" in caught.value.hint
    assert rows(opened("t.csv", encoding="latin-1")) == [{"id": 1, "city": "Köln"}]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_f01_neighbour_in_every_part_of_a_folder(tmp_path: Path, opened: Open, mark: str) -> None:
    """Neighbour of F01: tab-separated and packed parts, each with a mark of its own."""
    (tmp_path / "t/day=1").mkdir(parents=True)
    (tmp_path / "t/a.tsv").write_text(f"{mark}id\tcity\n1\tA\n", encoding="utf-8")
    with gzip.open(tmp_path / "t/day=1/b.tsv.gz", "wt", encoding="utf-8") as packed:
        packed.write(f"{mark}city\tid\nB\t2\n")
    (tmp_path / "t/.hidden.tsv").write_text("x\n")
    assert rows(opened("t")) == [{"id": 1, "city": "A"}, {"id": 2, "city": "B"}]


def test_f02_neighbour_an_id_that_is_declared_as_text_or_as_a_number(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F02: the type comes from a schema, and rounds nothing."""
    (tmp_path / "t.csv").write_text("id\n9007199254740993\n\n9007199254740992\n")
    assert [row["id"] for row in rows(opened("t.csv", declared={"id": "string"}))] == [
        "9007199254740993",
        "9007199254740992",
    ]
    kept = rows(opened("t.csv", declared={"id": "integer"}))
    assert [row["id"] for row in kept] == [9007199254740993, 9007199254740992]


def test_f03_neighbour_two_columns_with_two_formats(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F03: each column has its own format, none is guessed from the other."""
    (tmp_path / "t.csv").write_text("a,b\n01/03/2026,03.01.2026 04:05\n")
    table = opened("t.csv", time="a", time_formats={"a": "%d/%m/%Y", "b": "%d.%m.%Y %H:%M"})
    (row,) = rows(table)
    assert (row["a"].isoformat()[:10], row["b"].isoformat()) == ("2026-03-01", "2026-01-03T04:05:00")


def test_f03_neighbour_a_declared_time_that_is_no_role(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F03: the schema says timestamp, the settings name no time column."""
    (tmp_path / "t.csv").write_text("at\n01/03/2026\n02/03/2026\n")
    with pytest.raises(SettingsError) as caught:
        opened("t.csv", declared={"at": "timestamp"})
    assert caught.value.key == "data.t.csv.time_format"


@pytest.mark.parametrize("suffix", ["tsv", "csv.gz"])
def test_f06_neighbour_the_first_row_that_shifts_is_named(tmp_path: Path, opened: Open, suffix: str) -> None:
    """Neighbour of F06: tabs, and a packed file."""
    delimiter = "\t" if suffix == "tsv" else ","
    text = f"a{delimiter}b\n1{delimiter}2{delimiter}\n"
    path = tmp_path / f"t.{suffix}"
    path.write_bytes(gzip.compress(text.encode()) if suffix.endswith("gz") else text.encode())
    with pytest.raises(RefusedError, match="line 2 has 3 fields, the header has 2"):
        opened(path.name)


def test_f06_neighbour_in_one_part_of_a_folder(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F06: the second part of a folder shifts, and is named."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t/a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "t/b.csv").write_text("a,b\n1,2,\n")
    with pytest.raises(RefusedError, match="line 2 has 3 fields") as caught:
        opened("t")
    assert caught.value.where == "t/b.csv"


def test_f07_neighbour_pipes_and_a_thousand_commas(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F07: another separator; decimal commas are numbers only where they are declared."""
    (tmp_path / "t.csv").write_text("a|b\n1,5|x\n")
    with pytest.raises(SettingsError, match=r"looks like `\|`"):
        opened("t.csv")
    assert rows(opened("t.csv", delimiter="|")) == [{"a": "1,5", "b": "x"}]
    assert rows(opened("t.csv", delimiter="|", decimal=",")) == [{"a": 1.5, "b": "x"}]


def test_f08_neighbour_a_folder_gives_a_name_that_its_files_have(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F08: the second one comes from `a=1/`; and parts that differ are no table."""
    (tmp_path / "t").mkdir()
    (tmp_path / "t/a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "t/b.csv").write_text("a,c\n1,2\n")
    with pytest.raises(RefusedError, match=r"column `b` is in t/a.csv and not in t/b.csv"):
        opened("t")


def test_f09_neighbour_declared_text_in_a_column_of_numbers(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F09: this batch has only `1` to `3` where codes are, next month's has `01234` and `NA`."""
    (tmp_path / "t.csv").write_text("code,flag\n1,NA\n2,1\n")
    table = opened("t.csv", declared={"code": "string"})
    assert [column.type for column in table.schema] == ["string", "string"]
    assert [row["flag"] for row in rows(table)] == ["NA", "1"]


def test_f09_neighbour_declared_float_where_this_batch_has_integers(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F09: types do not depend on what a batch happens to hold; a column of nothing has none."""
    (tmp_path / "t.csv").write_text("x,y\n1,\n2,\n")
    assert [column.type for column in opened("t.csv", declared={"x": "float"}).schema] == ["float", "null"]


@pytest.mark.parametrize("name", ["t.tsv", "t.csv.gz", "t"])
def test_f10_neighbour_headers_only(tmp_path: Path, opened: Open, name: str) -> None:
    """Neighbour of F10: tabs, packed, and a folder whose every part is only its header."""
    if name == "t":
        (tmp_path / "t").mkdir()
        for part in "ab":
            (tmp_path / f"t/{part}.csv").write_text("a,b\n")
    else:
        text = b"a\tb\n" if name.endswith("tsv") else gzip.compress(b"a,b\n")
        (tmp_path / name).write_bytes(text)
    table = opened(name)
    assert (table.rows, [column.name for column in table.schema]) == (0, ["a", "b"])


def test_a_folder_of_two_formats_is_asked_about(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/a.csv").write_text("a\n1\n")
    (tmp_path / "t/b.parquet").write_bytes(b"")
    with pytest.raises(MlopsExtError, match="csv and parquet"):
        opened("t")


def test_a_folder_of_partitions_has_their_columns(tmp_path: Path, opened: Open) -> None:
    for day in ("01", "02"):
        (tmp_path / f"t/day={day}").mkdir(parents=True)
        (tmp_path / f"t/day={day}/part.csv").write_text(f"n\n{day}\n")
    table = opened("t", types={"n": "string"})
    assert rows(table) == [{"n": "01", "day": "01"}, {"n": "02", "day": "02"}]


@pytest.mark.parametrize("text", ["a,b\n,\n,\n", 'a\n""\n""\n'])
def test_rows_of_nothing_are_rows(tmp_path: Path, opened: Open, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    table = opened("t.csv")
    assert (table.rows, {column.type for column in table.schema}) == (2, {"null"})
    assert set(rows(table)[0].values()) == {None}
