"""What a schema claims of a table that was seen once: true of it, and hardly broken by the next batch."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from arrow_table import ArrowTable

from mlops_ext.data import written
from mlops_ext.data.declared import DeclaredSchema, read_schema
from mlops_ext.data.schema_check import check_declared
from mlops_ext.data.seen import see

ROWS = 200
RANDOM = np.random.default_rng(7)
DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=day) for day in range(ROWS)]


def claim(name: str = "value", *, typed: bool = True, **columns):
    table = ArrowTable(pa.table(columns))
    return written.schema_of(table, typed=typed).columns[name]


def roundtrip(table: pa.Table, tmp_path, *, typed: bool = True) -> tuple[str, DeclaredSchema]:
    seen = see(ArrowTable(table))
    text = written.as_toml(written.claimed(seen, typed=typed), seen, "From the data.")
    (tmp_path / "t.toml").write_text(text)
    return text, read_schema(tmp_path / "t.toml", "t.toml")


def test_the_table_that_was_seen_passes_its_own_schema(tmp_path):
    table = pa.table(
        {
            "age": RANDOM.integers(18, 90, ROWS),
            'a.b "c" é\t\x7f': RANDOM.normal(size=ROWS),
            "city": ['Ul"m', "K\x7föln", "B\\onn", "😀"] * (ROWS // 4),
            "day": DAYS,
            "flag": [True, False] * (ROWS // 2),
            "price": [Decimal(n) / 100 for n in range(ROWS)],
            "holes": [None if n % 3 else n % 7 for n in range(ROWS)],
            "none": pa.nulls(ROWS),
            "spoilt": [float("nan"), 1.5] * (ROWS // 2),
            "list": [[1]] * ROWS,
        }
    )
    text, schema = roundtrip(table, tmp_path)
    assert list(schema.columns) == table.column_names
    checks = check_declared(ArrowTable(table), schema)
    assert [check for check in checks if check.status != "pass"] == []
    assert {check.name.partition(":")[0] for check in checks} >= {"column", "nulls", "categories", "range"}
    claims = [line for line in text.splitlines() if " = " in line and not line.startswith(("#", "[", "seen"))]
    assert all("# seen in the data" in line for line in claims)


@pytest.mark.parametrize("rows", [200, 1000])
@pytest.mark.parametrize(
    "draw",
    [
        lambda n: RANDOM.normal(size=n),
        lambda n: RANDOM.exponential(size=n),
        lambda n: np.exp(RANDOM.normal(size=n)),
        lambda n: np.exp(2 * RANDOM.normal(size=n)),
        lambda n: RANDOM.poisson(1, n).astype(float),
        lambda n: np.where(RANDOM.uniform(size=n) < 0.9, 0, 1000 * np.exp(RANDOM.normal(size=n))),
    ],
    ids=["normal", "exponential", "skewed", "very skewed", "counts", "mostly zero"],
)
def test_the_next_batch_of_the_same_kind_passes(draw, rows):
    refused = 0
    for _ in range(100):
        schema = written.schema_of(ArrowTable(pa.table({"x": draw(rows)})))
        checks = check_declared(ArrowTable(pa.table({"x": draw(rows)})), schema)
        refused += any(check.status != "pass" for check in checks)
    assert refused <= 1


def test_gross_errors_are_outside_the_bounds():
    ages = RANDOM.integers(18, 90, ROWS)
    schema = written.schema_of(ArrowTable(pa.table({"age": ages})))
    for wrong in (-1, -999, 999, 9999):
        spoilt = ages.copy()
        spoilt[3] = wrong
        checks = {
            check.name: check for check in check_declared(ArrowTable(pa.table({"age": spoilt})), schema)
        }
        assert checks["range:age"].status == "fail", wrong


def test_bounds_do_not_cross_zero_and_a_flag_keeps_its_two_values():
    positive = claim(value=RANDOM.uniform(3, 5, ROWS))
    assert positive.min is not None
    assert float(positive.min) >= 0
    negative = claim(value=-RANDOM.uniform(3, 5, ROWS))
    assert negative.max is not None
    assert float(negative.max) <= 0
    flag = claim(value=RANDOM.integers(0, 2, ROWS))
    assert (flag.min, flag.max) == (0, 1)


@pytest.mark.parametrize(
    "name", ["id", "customer_id", "CustomerId", "Row Number", "Unnamed: 0", "zip_code", "year", "Time"]
)
def test_ids_and_clocks_get_no_bounds(name):
    column = claim(name, **{name: RANDOM.integers(1, 50, ROWS)})
    assert (column.min, column.max) == (None, None)
    assert column.type == "integer"


def test_whole_numbers_that_never_repeat_name_rows():
    column = claim(value=RANDOM.permutation(ROWS))
    assert (column.min, column.max) == (None, None)
    words = claim("humidity", humidity=RANDOM.uniform(0, 1, ROWS))
    assert words.max is not None, "a name that holds the letters of id is no id"


def test_categories_only_where_few_values_repeat():
    assert claim(value=["a", "b"] * (ROWS // 2)).categories == ("a", "b")
    assert claim(value=[f"text {n}" for n in range(ROWS)]).categories == ()
    assert claim(value=["a", "b"] * (ROWS // 2 - 1) + ["c", "d"]).categories == (), (
        "seen once: there are others"
    )
    assert claim(value=[f"word {n % 40}" for n in range(ROWS)]).categories == ()


def test_nulls_are_allowed_only_where_they_were_seen():
    assert claim(value=[None, *range(ROWS - 1)]).nullable
    assert not claim(value=list(range(ROWS))).nullable


def test_a_column_without_values_claims_nothing():
    for empty in (pa.nulls(ROWS), pa.nulls(ROWS, pa.int64()), pa.nulls(ROWS, pa.string())):
        assert claim(value=empty) == written.DeclaredColumn()


def test_times_have_no_maximum_and_a_minimum_that_leaves_room():
    column = claim(value=DAYS)
    assert (column.min, column.max) == ("2023-01-01", None)
    old = claim(value=[datetime.date(1, 1, 1), datetime.date(9999, 1, 1)] * (ROWS // 2))
    assert (old.min, old.max) == (None, None)


def test_a_few_rows_claim_names_and_types_only():
    column = claim(value=[0, 1] * 9)
    assert column == written.DeclaredColumn(type="integer")


def test_texts_that_look_like_numbers_claim_no_type_where_the_file_keeps_none():
    mixed = ["01234", "n/a"] * (ROWS // 2)
    assert claim(value=mixed, typed=False).type == ""
    assert claim(value=mixed).type == "string"
    assert claim(value=["yes", "no"] * (ROWS // 2), typed=False).type == "string"


def test_large_integers_have_no_bounds_that_floats_would_blur():
    column = claim(value=[*range(2**60, 2**60 + ROWS - 1), 2**60])
    assert (column.min, column.max) == (None, None)
