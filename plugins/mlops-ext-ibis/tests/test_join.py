"""Joins that add columns, and windows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from ibis_tables import Open

from mlops_ext.errors import CouldNotTellError, RefusedError


def test_labels_join_by_id_and_add_no_rows(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "log.csv").write_text(
        "id,p\n9007199254740993,0.1\n2,0.2\n9007199254740992,0.3\n2,0.4\n,0.5\n"
    )
    (tmp_path / "labels.csv").write_text(
        "id,late\n9007199254740992,0\n9007199254740993,1\n9007199254740993,1\n,1\n"
    )
    joined = opened("log.csv").join(opened("labels.csv"), "id", ["late"])
    assert pa.table(joined)["late"].to_pylist() == [1, None, 0, None, None]
    assert pa.table(joined)["p"].to_pylist() == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_two_labels_for_one_id(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "log.csv").write_text("id\n1\n")
    (tmp_path / "labels.csv").write_text("id,late\n1,0\n1,1\n2,1\n")
    with pytest.raises(
        RefusedError, match=r"1 values of `id` have more than one row with different values, for instance 1"
    ):
        opened("log.csv").join(opened("labels.csv"), "id", ["late"])


def test_keys_of_text_and_integers_match_exactly_and_floats_never(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "log.csv").write_text("id,x\n1,a\n01,b\n")
    (tmp_path / "labels.csv").write_text("id,late\n1,1\n")
    assert pa.table(opened("log.csv").join(opened("labels.csv"), "id", ["late"]))["late"].to_pylist() == [
        1,
        None,
    ]
    (tmp_path / "labels.csv").write_text("id,late\n1.0,1\n")
    with pytest.raises(CouldNotTellError, match=r"`id` is string in t: log\.csv and float in t: labels\.csv"):
        opened("log.csv").join(opened("labels.csv"), "id", ["late"])


def test_a_column_that_is_there_already(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "log.csv").write_text("id,late\n1,1\n")
    with pytest.raises(CouldNotTellError, match="`late` is in both tables"):
        opened("log.csv").join(opened("log.csv"), "id", ["late"])


def test_a_table_of_another_engine(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "log.csv").write_text("id\n2\n1\n")
    other = pa.table({"id": [1, 2], "late": ["no", "yes"], "none": pa.nulls(2)})
    joined = opened("log.csv").join(other, "id", ["late", "none"])  # type: ignore[arg-type]
    assert pa.table(joined).to_pylist() == [
        {"id": 2, "late": "yes", "none": None},
        {"id": 1, "late": "no", "none": None},
    ]


def test_a_joined_table_keeps_its_order_and_its_samples(tmp_path: Path, opened: Open) -> None:
    count = 200_000
    (tmp_path / "log.csv").write_text("id\n" + "".join(f"{number}\n" for number in range(count)))
    (tmp_path / "labels.csv").write_text(
        "id,late\n" + "".join(f"{number},{number % 2}\n" for number in range(0, count, 3))
    )
    joined = opened("log.csv").join(opened("labels.csv"), "id", ["late"])
    assert pa.table(joined)["id"].to_pylist() == list(range(count))
    assert pa.table(joined.sample(100, 1)).equals(pa.table(joined.sample(100, 1)))


@pytest.mark.parametrize(
    ("column", "start", "end", "expected"),
    [
        ("n", "2", "3", [2]),
        ("n", "", "2", [1]),
        ("n", "", "", [1, 2, 3, 4]),
        ("d", "2026-01-02", "2026-01-03T00:00:00+00:00", [2]),
        ("d", "2026-01-01T12:00:00", "", [2, 3]),
        ("u", "2026-01-02T00:00:00+02:00", "2026-01-03", [2]),
        ("u", "2026-01-01T22:00:00Z", "2026-01-02", []),
        ("naive", "2026-01-02T02:00:00+02:00", "2026-01-02T00:00:01", [2]),
        ("f", "1.5", "2.5", [2]),
    ],
)
def test_windows(
    tmp_path: Path, opened: Open, column: str, start: str, end: str, expected: list[int]
) -> None:
    (tmp_path / "t.csv").write_text(
        "n,d,u,naive,f\n1,2026-01-01,2026-01-01T21:00:00Z,2026-01-01 00:00:00,1.0\n"
        "2,2026-01-02,2026-01-02T00:00:00Z,2026-01-02 00:00:00,2.0\n"
        "3,2026-01-03,2026-01-03T00:00:00Z,2026-01-03 00:00:00,2.5\n4,,,,\n"
    )
    assert pa.table(opened("t.csv").between(column, start, end))["n"].to_pylist() == expected


def test_bounds_that_are_none(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("n,word\n1,x\n")
    for column, bound in (("n", "soon"), ("n", "nan"), ("word", "2026-01-01"), ("other", "1")):
        with pytest.raises(CouldNotTellError):
            opened("t.csv").between(column, bound, "")


def test_columns(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert [column.name for column in opened("t.csv").select(["b", "a"]).schema] == ["b", "a"]
    with pytest.raises(CouldNotTellError, match="no column `B`"):
        opened("t.csv").select(["B"])
