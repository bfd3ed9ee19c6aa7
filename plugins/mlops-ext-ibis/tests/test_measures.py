"""Measures against pandas, on tables that were drawn at random."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis_tables import Open

from mlops_ext.contract.data import Measure, Measured
from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis.table import EngineTable

EDGES = (-1.0, 0.0, 0.5, 2.0)


def drawn(seed: int) -> pa.Table:
    """A table with nulls, NaN, infinities, ties and constants."""
    draw = np.random.default_rng(seed)
    rows = int(draw.integers(1, 400))
    floats = np.round(draw.normal(size=rows), 1)
    floats[draw.random(rows) < 0.1] = np.nan
    holes = draw.random(rows) < 0.2
    return pa.table(
        {
            "float": pa.array(floats, from_pandas=False),
            "holes": pa.array(draw.normal(size=rows), mask=holes),
            "integer": pa.array(draw.integers(-(2**60), 2**60, rows), mask=holes),
            "small": pa.array(draw.integers(-2, 3, rows)),
            "word": pa.array(draw.choice(["a", "b", "", "NA", "ü"], rows), mask=holes),
            "constant": pa.array([1.5] * rows),
            "nothing": pa.array([None] * rows, pa.float64()),
        }
    )


@pytest.mark.parametrize("seed", range(12))
def test_all_measures_agree_with_pandas(tmp_path: Path, opened: Open, seed: int) -> None:
    rows = drawn(seed)
    pq.write_table(rows, tmp_path / "t.parquet")
    table = opened("t.parquet")
    frame = rows.to_pandas(integer_object_nulls=True)
    for name in rows.column_names:
        numbers = name != "word"
        kinds = ["count", "nulls", "distinct", "min", "max", *(["mean", "std"] if numbers else [])]
        found = table.aggregate([Measure(kind=kind, column=name) for kind in kinds])
        column = frame[name].dropna()
        assert found[0].value == rows.num_rows - rows[name].null_count
        assert found[1].value == rows[name].null_count
        assert found[2].value == column.nunique()
        assert [found[3].value, found[4].value] == (
            [column.min(), column.max()] if len(column) else [None, None]
        )
        if numbers:
            close(found[5], column.astype(float).mean())
            close(found[6], column.astype(float).std())


def close(found: Measured, expected: float) -> None:
    if math.isnan(expected):
        assert found.value is None
    else:
        assert found.value == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_histograms_count_every_number_once(tmp_path: Path, opened: Open, seed: int) -> None:
    rows = drawn(seed)
    pq.write_table(rows, tmp_path / "t.parquet")
    table = opened("t.parquet")
    for name in ("float", "holes", "integer", "small", "constant", "nothing"):
        (found,) = table.aggregate([Measure(kind="histogram", column=name, edges=EDGES)])
        column = rows.to_pandas()[name].dropna()
        bins = pd.cut(column, [-np.inf, *EDGES, np.inf], right=False)
        assert list(found.counts) == list(bins.value_counts(sort=False)), name


@pytest.mark.parametrize("seed", range(6))
def test_quantiles_and_categories(tmp_path: Path, opened: Open, seed: int) -> None:
    rows = drawn(seed)
    pq.write_table(rows, tmp_path / "t.parquet")
    table = opened("t.parquet")
    at = (0.0, 0.25, 0.5, 0.9, 1.0)
    quantiles, words, top = table.aggregate(
        [
            Measure(kind="quantiles", column="constant" if seed == 0 else "small", edges=at),
            Measure(kind="categories", column="word"),
            Measure(kind="categories", column="word", limit=2),
        ]
    )
    frame = rows.to_pandas()
    assert list(quantiles.values) == pytest.approx(
        list(frame["constant" if seed == 0 else "small"].quantile(at))
    )
    counted = frame["word"].dropna().value_counts()
    expected = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].encode()))
    assert list(zip(words.categories, words.counts, strict=True)) == expected
    assert list(top.categories) == [word for word, _ in expected[:2]]


def test_infinities_are_no_numbers_in_json(tmp_path: Path, opened: Open) -> None:
    pq.write_table(pa.table({"a": [1.0, math.inf, -math.inf]}), tmp_path / "t.parquet")
    asked = [Measure(kind=kind, column="a") for kind in ("mean", "std", "min", "max")]
    table = opened("t.parquet")
    assert [found.value for found in table.aggregate(asked)] == [None] * 4
    assert table.aggregate([Measure(kind="histogram", column="a", edges=(0.0,))])[0].counts == (1, 2)


def test_no_rows(tmp_path: Path, opened: Open) -> None:
    pq.write_table(pa.table({"a": pa.array([], pa.float64())}), tmp_path / "t.parquet")
    kinds = ("count", "nulls", "distinct", "min", "mean", "std")
    asked = [Measure(kind=kind, column="a") for kind in kinds]
    asked.append(Measure(kind="quantiles", column="a", edges=(0.5,)))
    asked.append(Measure(kind="histogram", column="a", edges=(0.0, 1.0)))
    asked.append(Measure(kind="categories", column="a"))
    found = opened("t.parquet").aggregate(asked)
    assert [one.value for one in found[:6]] == [0, 0, 0, None, None, None]
    assert (found[6].values, found[7].counts, found[8].categories) == ((), (0, 0, 0), ())


def test_times_are_iso_texts(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t.csv").write_text("u,d\n2026-01-01T10:00:00Z,2026-01-01\n2026-01-03T10:00:00Z,2026-01-02\n")
    found = opened("t.csv").aggregate([Measure(kind="max", column="u"), Measure(kind="min", column="d")])
    assert [one.value for one in found] == ["2026-01-03T10:00:00+00:00", "2026-01-01"]


def test_questions_that_have_no_answer(tmp_path: Path, opened: Open) -> None:
    pq.write_table(pa.table({"word": ["a"]}), tmp_path / "t.parquet")
    table = opened("t.parquet")
    for measure in (
        Measure(kind="mean", column="word"),
        Measure(kind="count", column="wrod"),
        Measure(kind="mode", column="word"),
    ):
        with pytest.raises(CouldNotTellError):
            table.aggregate([measure])


def test_a_sample_is_the_same_for_the_same_seed_and_bytes(tmp_path: Path, opened: Open) -> None:
    pq.write_table(pa.table({"a": list(range(300_000))}), tmp_path / "t.parquet", row_group_size=10_000)

    def draw(table: EngineTable, seed: int) -> list[int]:
        return pa.table(table.sample(1000, seed))["a"].to_pylist()

    first = draw(opened("t.parquet", own={"threads": 2}), 7)
    assert first == draw(opened("t.parquet", own={"threads": 1}), 7) == sorted(first)
    assert first != draw(opened("t.parquet"), 8)
    assert len(set(first)) == 1000
    assert first[:3] == [93, 122, 560]
    assert opened("t.parquet").sample(10**6, 1).rows == 300_000
    below = opened("t.parquet").between("a", "100000", "200000").sample(50, 3)
    assert below.rows == 50
    assert all(100_000 <= value < 200_000 for value in pa.table(below)["a"].to_pylist())


def test_what_lies_outside_is_counted_and_the_first_rows_are_shown(tmp_path: Path, opened: Open) -> None:
    rows = pa.table(
        {
            "n": [1, 9007199254740993, 9007199254740992, None],
            "x": [0.5, float("nan"), 2.0, None],
            "t": pa.array([dt.datetime(2026, 1, day, 12) for day in (1, 2, 3)] + [None]),
            "u": pa.array([dt.datetime(2026, 1, day, 23, tzinfo=dt.UTC) for day in (1, 2, 3)] + [None]),
            "d": pa.array([dt.date(2026, 1, day) for day in (1, 2, 3)] + [None]),
            "w": ["a", "b", "a", None],
        }
    )
    pq.write_table(rows, tmp_path / "t.parquet")
    table = opened("t.parquet")

    def ask(column: str, rule: str, **more: object) -> tuple[object, tuple[int, ...], tuple[str, ...]]:
        asked = [Measure(kind="examples", column=column, rule=rule, limit=2, **more)]
        if rule == "outside":
            asked.append(Measure(kind="outside", column=column, **more))
        shown, *count = table.aggregate(asked)
        return count[0].value if count else None, shown.counts, shown.categories

    assert ask("n", "outside", high=9007199254740992) == (1, (2,), ("9007199254740993",))
    assert ask("x", "outside", low=0.5) == (1, (2,), ("nan",))
    assert ask("t", "outside", low="2026-01-02", high="2026-01-02")[:2] == (2, (1, 3))
    assert ask("u", "outside", high="2026-01-02T23:30:00Z")[:2] == (1, (3,))
    assert ask("d", "outside", high="2026-01-02")[:2] == (1, (3,))
    assert ask("w", "listed", words=("b",))[1:] == ((2,), ("b",))
    assert ask("w", "repeated")[1:] == ((3,), ("a",))
    assert ask("w", "null")[1] == (4,)
