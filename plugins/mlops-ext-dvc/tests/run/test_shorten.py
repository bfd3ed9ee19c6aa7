"""Short copies keep what scripts rely on: names, types, text as it is written, every value of the label."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.samples.positions import chosen, spread
from mlops_ext_dvc.samples.shorten import shorten


@pytest.mark.parametrize(("total", "wanted"), [(0, 5), (1, 5), (5, 5), (6, 5), (1000, 7), (12345, 2000)])
def test_positions_are_in_the_table_and_no_more_than_wanted(total, wanted):
    found = spread(total, wanted)
    assert found == spread(total, wanted)
    assert len(set(found)) == len(found) <= wanted
    assert all(0 <= at < total for at in found)
    assert (len(found) > 0) == (total > 0)


def test_rows_that_alternate_and_rows_that_are_sorted_keep_their_shares():
    alternate = Counter(at % 2 for at in spread(10_000, 500))
    assert min(alternate.values()) > 200
    thirds = Counter(at * 3 // 10_000 for at in spread(10_000, 500))
    assert min(thirds.values()) > 150


def test_every_value_of_a_label_is_kept_but_not_of_a_number():
    labels = ["rare" if at in (17, 5003) else "often" for at in range(10_000)]
    kept = chosen(10_000, 100, labels)
    assert {17, 5003} <= kept
    assert len(kept) <= 102
    assert len(chosen(10_000, 100, range(10_000))) == 100


def test_csv_is_cut_by_records_and_stays_as_it_is_written(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [[f"{at:05d}", 'a "b"\nc; d', "1.50", ""] for at in range(300)]
    with source.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["id", "text", "x", "y"], *rows])
    found = shorten(source, target, 30)
    with target.open(newline="") as file:
        header, *kept = list(csv.reader(file, delimiter=";"))
    assert (found.kept, found.rows, len(kept)) == (30, 300, 30)
    assert header == ["id", "text", "x", "y"]
    assert all(row in rows for row in kept)


def test_parquet_keeps_its_schema_and_reads_a_group_at_a_time(tmp_path):
    table = pa.table(
        {
            "id": pa.array(range(1000), pa.int32()),
            "when": pa.array(range(1000), pa.timestamp("ms", "UTC")),
            "kind": pa.array(["a", "b"] * 500).dictionary_encode(),
            "many": pa.array([[at, at + 1] for at in range(1000)]),
            "late": pa.array([at == 999 for at in range(1000)]),
        }
    )
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(table, source, row_group_size=64)
    shorten(source, target, 50, label="late")
    short = pq.read_table(target)
    assert short.schema == pq.read_table(source).schema
    assert 50 <= short.num_rows <= 51
    assert short.column("id").to_pylist() == sorted(set(short.column("id").to_pylist()))
    assert short.column("id").to_pylist()[-1] == 999


@pytest.mark.parametrize("name", ["rows.json", "rows.jsonl", "rows.ndjson", "lines.json"])
def test_json_is_cut_by_its_rows(tmp_path, name):
    rows = [{"at": at, "kind": "x"} for at in range(100)]
    lines = name != "rows.json"
    text = "\n".join(map(json.dumps, rows)) + "\n" if lines else json.dumps(rows)
    (tmp_path / name).write_text(text)
    found = shorten(tmp_path / name, tmp_path / "short" / name, 10)
    said = (tmp_path / "short" / name).read_text()
    kept = [json.loads(line) for line in said.splitlines()] if lines else json.loads(said)
    assert (found.kept, found.rows) == (10, 100)
    assert len(kept) == 10
    assert all(row in rows for row in kept)


def test_json_that_is_no_table_stays_whole(tmp_path):
    (tmp_path / "map.json").write_text('{"a": [1, 2, 3]}')
    assert str(shorten(tmp_path / "map.json", tmp_path / "short.json", 1)) == "whole"
    assert (tmp_path / "short.json").read_text() == '{"a": [1, 2, 3]}'


def test_a_folder_is_one_table_in_many_files_and_files_keep_their_names(tmp_path):
    for day in range(20):
        (tmp_path / "in" / f"day={day}").mkdir(parents=True)
        pq.write_table(pa.table({"x": list(range(100))}), tmp_path / "in" / f"day={day}" / "part.parquet")
    found = shorten(tmp_path / "in", tmp_path / "out", 60)
    assert str(found) == "60 of 2,000 rows"
    assert len(list((tmp_path / "out").glob("day=*/part.parquet"))) == 20


def test_a_folder_of_pictures_keeps_some_of_every_class(tmp_path):
    for kind in "abc":
        (tmp_path / "in" / kind).mkdir(parents=True)
        for number in range(40):
            (tmp_path / "in" / kind / f"{number}.png").write_text("x")
    assert str(shorten(tmp_path / "in", tmp_path / "out", 12)) == "12 of 120 files"
    assert {path.parent.name for path in (tmp_path / "out").rglob("*.png")} == {"a", "b", "c"}


def test_a_table_that_can_not_be_read_is_named(tmp_path):
    (tmp_path / "bad.parquet").write_text("no parquet")
    with pytest.raises(CouldNotTellError, match=r"bad\.parquet can't be read as parquet"):
        shorten(tmp_path / "bad.parquet", tmp_path / "out" / "bad.parquet", 10)


def test_text_of_two_bytes_a_letter_stays_whole(tmp_path):
    (tmp_path / "wide.csv").write_text("a,b\n" + "1,2\n" * 50, encoding="utf-16")
    assert str(shorten(tmp_path / "wide.csv", tmp_path / "short.csv", 5)) == "whole"
    assert (tmp_path / "short.csv").read_bytes() == (tmp_path / "wide.csv").read_bytes()
