"""Parquet files and folders, Arrow files: faults F04, F05 and F08."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis_tables import Open

from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError


def write(path: Path, **columns: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_f04_a_file_that_was_cut_off(tmp_path: Path, opened: Open, keep: int) -> None:
    write(tmp_path / "t.parquet", a=list(range(1000)))
    content = (tmp_path / "t.parquet").read_bytes()[:keep]
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(
        CouldNotTellError, match=rf"t.parquet \({len(content):,} bytes\) is not a complete Parquet file"
    ):
        opened("t.parquet")


def test_f04_a_footer_that_is_rubbish(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1" + b"x" * 100 + b"PAR1")
    with pytest.raises(CouldNotTellError, match="not a complete Parquet file"):
        opened("t.parquet")


def test_a_file_that_is_not_there(opened: Open) -> None:
    with pytest.raises(CouldNotTellError, match=r"t\.parquet is not here"):
        opened("t.parquet")


def test_f05_a_part_without_values_and_a_part_with_integers(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/1.parquet", a=pa.nulls(2), b=[1, 2])
    write(tmp_path / "t/2.parquet", a=["x", "y", "z"], b=[1.5, 2.5, 3.5])
    write(tmp_path / "t/_temporary/3.parquet", a=[1], b=["no part"])
    table = opened("t")
    assert (table.rows, [column.type for column in table.schema]) == (5, ["string", "float"])
    assert pa.table(table)["a"].to_pylist() == [None, None, "x", "y", "z"]


def test_f05_a_clash_names_both_parts(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/1.parquet", a=[1])
    write(tmp_path / "t/2.parquet", a=["x"])
    with pytest.raises(RefusedError, match=r"`a` is number in t/1.parquet and string in t/2.parquet"):
        opened("t")


def test_f05_one_cut_off_part_is_named(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/1.parquet", a=[1])
    (tmp_path / "t/2.parquet").write_bytes(b"PAR1")
    with pytest.raises(CouldNotTellError, match=r"t/2.parquet \(4 bytes\)"):
        opened("t")


def test_partitions_keep_their_text(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/code=01/1.parquet", a=[1])
    write(tmp_path / "t/code=02/1.parquet", a=[2, 3])
    assert pa.table(opened("t"))["code"].to_pylist() == ["01", "02", "02"]


def test_a_part_that_lacks_a_column_is_said(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/1.parquet", a=[1], b=[1])
    write(tmp_path / "t/2.parquet", a=[2])
    said: list[str] = []
    assert pa.table(opened("t", said=said))["b"].to_pylist() == [1, None]
    assert said == ["t/2.parquet has no column b: read as missing values"]


def test_a_folder_without_parts(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t").mkdir()
    with pytest.raises(CouldNotTellError, match=r"no data: t holds no .parquet file"):
        opened("t")


def test_f08_a_name_that_is_there_twice(tmp_path: Path, opened: Open) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([3])], names=["x", "y", "x"])
    pq.write_table(twice, tmp_path / "t.parquet")
    with pytest.raises(RefusedError, match="`x` is column 1 and 3"):
        opened("t.parquet")


def test_names_that_duckdb_would_rename(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.parquet", x=[1], X=[2])
    with pytest.raises(CouldNotTellError, match="`x` and `X` differ only in upper and lower case"):
        opened("t.parquet")


@pytest.mark.parametrize("name", ["Total Amount", "a.b", "from", 'say "hi"', "zwei\nZeilen", "ü"])
def test_any_name_is_a_name(tmp_path: Path, opened: Open, name: str) -> None:
    pq.write_table(pa.table({name: [1, 2], "k": [1, 2]}), tmp_path / "t.parquet")
    table = opened("t.parquet")
    assert pa.table(table.join(table.select(["k"]), "k", []).sample(1, 1)).column_names == [name, "k"]


def test_paths_that_look_like_patterns(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t[1].parquet", a=[1])
    write(tmp_path / "t1.parquet", a=[2])
    write(tmp_path / "t*.parquet", a=[3])
    assert pa.table(opened("t[1].parquet"))["a"].to_pylist() == [1]
    assert pa.table(opened("t*.parquet"))["a"].to_pylist() == [3]


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow(tmp_path: Path, opened: Open, kind: str) -> None:
    rows = pa.table({"a": [1, None], "none": pa.nulls(2), "word": pa.array(["x", "y"]).dictionary_encode()})
    make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with make(tmp_path / "t.arrow", rows.schema) as writer:
        writer.write_table(rows)
    table = opened("t.arrow")
    assert [column.type for column in table.schema] == ["integer", "null", "string"]
    assert pa.table(table).to_pylist() == rows.to_pylist()
    content = (tmp_path / "t.arrow").read_bytes()
    (tmp_path / "t.arrow").write_bytes(content[: len(content) // 2])
    with pytest.raises(CouldNotTellError, match="not a complete Arrow file"):
        opened("t.arrow")


def test_no_format(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"x")
    with pytest.raises(SettingsError) as caught:
        opened("t.xlsx")
    assert caught.value.key == "data.t.format"


def parts(path: Path, *tables: pa.Table) -> None:
    for number, table in enumerate(tables):
        place = path / f"day={number}" / "part.arrow"
        place.parent.mkdir(parents=True)
        with pa.OSFile(str(place), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)


def test_f05_neighbour_parts_that_are_arrow_files(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F05: another format; one part has nulls, one integers, one words of a dictionary."""
    words = pa.array(["x", "y"]).dictionary_encode()
    first, second = {"a": pa.nulls(1), "b": [1], "c": ["z"]}, {"a": ["x", "y"], "b": [1.5, 2.5], "c": words}
    parts(tmp_path / "t", pa.table(first), pa.table(second))
    table = opened("t")
    assert table.rows == 3
    assert pa.table(table).to_pydict() == {
        "a": [None, "x", "y"], "b": [1.0, 1.5, 2.5], "c": ["z", "x", "y"], "day": ["0", "1", "1"],
    }  # fmt: skip


def test_f05_neighbour_a_clash_of_arrow_files(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F05: another format, and a type that is none of the other's kind."""
    parts(tmp_path / "t", pa.table({"a": [1]}), pa.table({"a": ["x"]}))
    with pytest.raises(RefusedError, match=r"`a` is number in t/day=0/part.arrow and string in t/day=1"):
        opened("t")


def test_f04_neighbour_an_arrow_file_that_was_cut_off(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F04: another format, alone and as one of the parts."""
    parts(tmp_path / "t", pa.table({"a": list(range(1000))}), pa.table({"a": [1]}))
    place = tmp_path / "t/day=0/part.arrow"
    place.write_bytes(place.read_bytes()[:-40])
    with pytest.raises(
        CouldNotTellError, match=r"t/day=0/part.arrow \([\d,]+ bytes\) is not a complete Arrow"
    ):
        opened("t")


def test_a_file_in_place_of_another_is_read_anew(tmp_path: Path, opened: Open) -> None:
    """As a checkout leaves it: old times, a moment apart, and the same path."""
    for number in range(3):
        write(tmp_path / "t.parquet", a=[number] * (number + 1))
        os.utime(tmp_path / "t.parquet", ns=(10**18 + number * 10**6,) * 2)
        table = opened("t.parquet")
        assert (table.rows, pa.table(table)["a"].to_pylist()) == (number + 1, [number] * (number + 1))
