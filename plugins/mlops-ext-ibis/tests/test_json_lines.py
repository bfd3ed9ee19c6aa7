"""JSON lines: neighbours of F01 to F10 in a format that has types, and loses some of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from ibis_tables import Open

from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError


def rows(table: object) -> list[dict[str, object]]:
    return pa.table(table).to_pylist()


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_f01_neighbour_a_mark_before_the_first_object(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '\ufeff{"id": 1, "city": "Köln"}')
    assert rows(opened("t.jsonl")) == [{"id": 1, "city": "Köln"}]


def test_f02_neighbour_ids_beside_a_null(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '{"id": 9007199254740993}', '{"id": null}', '{"id": 9007199254740992}')
    table = opened("t.jsonl")
    assert [row["id"] for row in rows(table)] == [9007199254740993, None, 9007199254740992]


@pytest.mark.parametrize("other", ["2.5", "18446744073709551615"])
def test_f02_neighbour_ids_that_would_become_floats(tmp_path: Path, opened: Open, other: str) -> None:
    write(tmp_path / "t.jsonl", '{"id": 9007199254740993}', f'{{"id": {other}}}')
    with pytest.raises(CouldNotTellError, match="`id` holds integers of 16 digits and more"):
        opened("t.jsonl")


def test_large_floats_are_floats(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '{"x": 1e300}', '{"x": 2.5}')
    assert [row["x"] for row in rows(opened("t.jsonl"))] == [1e300, 2.5]


def test_f03_neighbour_days_that_are_day_first(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '{"day": "01/03/2026"}', '{"day": "02/03/2026"}')
    assert opened("t.jsonl").schema[0].type == "string"
    with pytest.raises(SettingsError) as caught:
        opened("t.jsonl", time="day")
    assert caught.value.key == "data.t.csv.time_format"
    found = rows(opened("t.jsonl", time="day", time_format="%d/%m/%Y"))
    assert [str(row["day"])[:10] for row in found] == ["2026-03-01", "2026-03-02"]


def test_times_are_those_of_a_text_file(tmp_path: Path, opened: Open) -> None:
    write(
        tmp_path / "t.jsonl",
        '{"d": "2026-01-01", "n": "2026-01-01T10:00:00", "u": "2026-01-01T10:00:00+02:00"}',
    )
    (tmp_path / "t.csv").write_text("d,n,u\n2026-01-01,2026-01-01T10:00:00,2026-01-01T10:00:00+02:00\n")
    assert opened("t.jsonl").schema == opened("t.csv").schema
    assert rows(opened("t.jsonl")) == rows(opened("t.csv"))
    assert opened("t.jsonl", declared={"d": "string"}).schema[0].type == "string"


@pytest.mark.parametrize("content", ["", '{"a": 1}\n{"a":', '{"a": 1}\n[1]\n'])
def test_f04_neighbour_a_file_that_was_cut_off(tmp_path: Path, opened: Open, content: str) -> None:
    (tmp_path / "t.jsonl").write_text(content)
    with pytest.raises((CouldNotTellError, RefusedError), match=r"t\.jsonl|row"):
        opened("t.jsonl")


def test_f05_neighbour_parts_whose_types_differ(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t/day=1/a.jsonl", '{"a": null, "b": 1}')
    write(tmp_path / "t/day=2/b.jsonl", '{"a": "x", "b": 1.5}')
    assert rows(opened("t")) == [{"a": None, "b": 1.0, "day": "1"}, {"a": "x", "b": 1.5, "day": "2"}]
    write(tmp_path / "t/day=3/c.jsonl", '{"a": "x", "b": "one"}')
    with pytest.raises(RefusedError, match=r"`b` is number in t/day=1/a.jsonl and string in t/day=3/c.jsonl"):
        opened("t")


def test_a_type_that_changes_in_the_file(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '{"a": 1}', '{"a": "x"}')
    with pytest.raises(RefusedError, match="`a` is number, and string in row 2"):
        opened("t.jsonl")


def test_f08_neighbour_a_name_that_is_there_twice(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t.jsonl", '{"a": 1, "a": 2}')
    with pytest.raises(RefusedError, match="`a` is there twice in row 1"):
        opened("t.jsonl")


def test_f09_neighbour_words_and_codes(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.ndjson.gz").write_bytes(gzip.compress(b'{"country": "NA", "code": "01234"}\n'))
    assert rows(opened("t.ndjson.gz")) == [{"country": "NA", "code": "01234"}]
