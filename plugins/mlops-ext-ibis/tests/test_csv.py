"""CSV files as they really come: faults F01 to F03 and F06 to F10."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from ibis_tables import Open

from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError


def rows(table: object) -> list[dict[str, object]]:
    return pa.table(table).to_pylist()


@pytest.mark.parametrize("first", ["id", '"id"'])
def test_f01_a_byte_order_mark_changes_nothing(tmp_path: Path, opened: Open, first: str) -> None:
    (tmp_path / "with.csv").write_text(f"{first},b\n1,2\n", encoding="utf-8-sig")
    (tmp_path / "without.csv").write_text("id,b\n1,2\n")
    assert rows(opened("with.csv")) == rows(opened("without.csv")) == [{"id": 1, "b": 2}]


def test_f02_large_ids_beside_a_blank_keep_their_last_digit(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("id,x\n9007199254740993,a\n,b\n9007199254740992,c\n")
    table = opened("t.csv")
    assert [row["id"] for row in rows(table)] == [9007199254740993, None, 9007199254740992]
    assert table.schema[0].type == "integer"


def test_f02_an_integer_that_no_integer_column_holds_stays_text(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("id\n9223372036854775808\n1\n")
    assert opened("t.csv").schema[0].type in {"string", "float"}
    assert opened("t.csv").schema[0].type == "string"


def test_f03_day_first_dates_are_never_guessed(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("day,x\n01/03/2026,1\n02/03/2026,2\n")
    assert opened("t.csv").schema[0].type == "string"
    with pytest.raises(SettingsError, match="ISO 8601: '01/03/2026'") as caught:
        opened("t.csv", time="day")
    assert caught.value.key == "data.t.csv.time_format"


def test_f03_a_declared_format_is_read_and_a_row_that_breaks_it_is_named(
    tmp_path: Path, opened: Open
) -> None:
    own = {"time_format": "%d/%m/%Y"}
    (tmp_path / "t.csv").write_text("day\n01/03/2026\n02/03/2026\n")
    assert [row["day"].isoformat()[:10] for row in rows(opened("t.csv", time="day", **own))] == [
        "2026-03-01",
        "2026-03-02",
    ]
    (tmp_path / "t.csv").write_text("day\n01/03/2026\n31/02/2026\n")
    with pytest.raises(RefusedError, match="row 2 of column `day` is '31/02/2026'"):
        opened("t.csv", time="day", **own)


def test_f06_a_trailing_separator_shifts_nothing(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4,\n5,6,\n")
    with pytest.raises(RefusedError, match="line 3 has 3 fields, the header has 2, it ends with a separator"):
        opened("t.csv")


def test_f06_all_rows_with_a_trailing_separator(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2,\n3,4,\n")
    with pytest.raises(RefusedError, match="line 2 has 3 fields"):
        opened("t.csv")


def test_a_short_row_is_named(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text('a,b\n"x\ny",2\n3\n')
    with pytest.raises(RefusedError, match="line 4 has 1 field"):
        opened("t.csv")


def test_f07_another_delimiter_is_asked_for(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a;b\n1,5;2\n2,25;3\n")
    with pytest.raises(SettingsError, match="found 1 column where `;` gives 2") as caught:
        opened("t.csv")
    assert caught.value.key == "data.t.csv.delimiter"
    table = opened("t.csv", **{"delimiter": ";", "decimal": ","})
    assert rows(table) == [{"a": 1.5, "b": 2}, {"a": 2.25, "b": 3}]


def test_f08_a_name_that_is_there_twice(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("x,y,x\n1,2,3\n")
    with pytest.raises(RefusedError, match="`x` is column 1 and 3"):
        opened("t.csv")


def test_a_column_without_a_name_is_called_as_pandas_calls_it(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text(",y,\n0,2,\n1,3,\n")
    assert rows(opened("t.csv"))[1] == {"Unnamed: 0": 1, "y": 3, "Unnamed: 2": None}


def test_spaces_around_numbers_and_times(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b,c,d,e\n 1, 2.5 , 2026-01-01, x, true\n-2 ,3,2026-01-02 ,y, false\n")
    table = opened("t.csv")
    kinds = ["integer", "float", "date", "string", "string"]
    assert [column.type for column in table.schema] == kinds
    assert [row["a"] for row in rows(table)] == [1, -2]
    assert rows(table)[0]["d"] == " x"


def test_f04_neighbour_a_packed_file_that_was_cut_off(tmp_path: Path, opened: Open) -> None:
    """Neighbour of F04: text, packed; a killed writer left its first part."""
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(50_000)))
    for keep in (len(whole) - 4, len(whole) // 2, 12):
        (tmp_path / "t.csv.gz").write_bytes(whole[:keep])
        with pytest.raises(CouldNotTellError) as caught:
            opened("t.csv.gz")
        assert "t.csv.gz" in caught.value.where


def test_f09_words_stay_words(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("country,code,other\nNA,01234,None\nDE,99999,n/a\n,1,\n")
    table = opened("t.csv")
    assert rows(table)[0] == {"country": "NA", "code": "01234", "other": "None"}
    assert [column.type for column in table.schema] == ["string"] * 3
    assert rows(table)[2]["country"] is None


def test_f09_declared_words_for_missing_and_pinned_types(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("delay,zip\n12,10001\nNA,10002\n")
    table = opened("t.csv", **{"nulls": ["", "NA"], "types": {"zip": "string"}})
    assert rows(table) == [{"delay": 12, "zip": "10001"}, {"delay": None, "zip": "10002"}]
    with pytest.raises(RefusedError, match="row 2 of column `delay` is 'NA', which is no integer"):
        opened("t.csv", **{"types": {"delay": "integer"}})


def test_f10_a_header_alone_is_a_table_of_no_rows(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b\n")
    table = opened("t.csv")
    assert (table.rows, [column.name for column in table.schema]) == (0, ["a", "b"])


def test_a_type_is_seen_in_all_rows(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a\n" + "1\n" * 50_000 + "x\n")
    table = opened("t.csv")
    assert (table.schema[0].type, table.rows) == ("string", 50_001)


def test_a_column_that_begins_late_has_its_type(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + ",x\n" * 5_000 + "2.5,y\n")
    assert [column.type for column in opened("t.csv").schema] == ["float", "string"]


def test_times_and_mixed_line_ends(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_bytes(
        b"d,u,n\r\n2026-01-01,2026-01-01T10:00:00+02:00,2026-01-01 10:00\n"
        b"2026-01-02,2026-01-01T10:00:00Z,2026-01-01 11:00:01.5\r\n"
    )
    assert [column.type for column in opened("t.csv").schema] == ["date", "timestamp-utc", "timestamp"]
    assert rows(opened("t.csv"))[0]["u"].isoformat() == "2026-01-01T08:00:00+00:00"


def test_no_bytes_and_no_utf8(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_bytes(b"")
    with pytest.raises(CouldNotTellError, match="0 bytes"):
        opened("t.csv")
    (tmp_path / "t.csv").write_bytes(b"a,b\n\xe9,1\n")
    with pytest.raises(CouldNotTellError, match="utf-8"):
        opened("t.csv")
    assert rows(opened("t.csv", **{"encoding": "latin-1"})) == [{"a": "é", "b": 1}]


def test_packed_with_gzip(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"a,b\n1,x\n"))
    assert rows(opened("t.csv.gz")) == [{"a": 1, "b": "x"}]
