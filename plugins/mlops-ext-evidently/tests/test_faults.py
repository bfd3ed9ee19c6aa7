"""Faults F49 to F54, F56 and F80, with the real Evidently in its child process."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from evidently_project import Compare, by_column, context_of, profile_of

from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError
from mlops_ext_evidently import hooks

ROWS = 400
DRAW = np.random.default_rng(5)
SAME = DRAW.normal(size=ROWS)
WORDS = DRAW.choice(["a", "b", "c"], ROWS).tolist()


def test_columns_are_judged_by_pinned_methods_and_the_page_is_kept(tmp_path: Path, compare: Compare) -> None:
    reference = {"x": SAME, "moved": SAME, "word": WORDS}
    current = {"x": SAME[::-1], "moved": SAME + 2, "word": ["z" if word == "a" else word for word in WORDS]}
    report = compare(reference, current, {"x": "number", "moved": "number", "word": "category"})
    found = by_column(report)
    assert {name: check.status for name, check in found.items()} == {
        "x": "pass",
        "moved": "fail",
        "word": "fail",
    }
    assert "wasserstein" in found["moved"].name
    assert found["moved"].limit == 0.1
    assert "jensenshannon" in found["word"].name
    (page,) = report.artifacts
    content = (tmp_path / page.uri).read_bytes()
    assert page.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert page.uri.startswith(".mlops-ext/reports/m-3-")
    assert re.fullmatch(
        r"3 columns; 400 of 400 rows of train, 400 of 400 of the window; [34]\.\d MB", report.looked_at
    )


def test_f49_missing_and_extra_columns_are_named_and_the_rest_is_judged(compare: Compare) -> None:
    reference = {"x": SAME, "gone": SAME}
    report = compare(reference, {"x": SAME, "extra": SAME}, {"x": "number", "gone": "number"})
    found = by_column(report)
    assert (found["gone"].status, found["gone"].message) == ("fail", "the window has no column `gone`")
    assert found["x"].status == "pass"
    assert "left out: extra" in [check.message for check in report.checks]
    assert report.looked_at.startswith("1 columns;")


def test_f50_an_empty_column_is_named_and_the_rest_is_judged(compare: Compare) -> None:
    nothing = pa.nulls(ROWS, pa.float64())
    reference = {"x": SAME, "empty": SAME, "never": nothing, "endless": SAME}
    current = {"x": SAME, "empty": nothing, "never": SAME, "endless": np.full(ROWS, np.inf)}
    found = by_column(compare(reference, current, dict.fromkeys(reference, "number")))
    assert {name: check.status for name, check in found.items()} == {
        "x": "pass", "empty": "fail", "never": "skipped", "endless": "fail",
    }  # fmt: skip
    assert found["empty"].message == "no values, and the reference has some"


def test_f51_types_are_those_of_the_reference(compare: Compare) -> None:
    numbers, flags = [index % 3 for index in range(ROWS)], [index % 2 == 0 for index in range(ROWS)]
    reference = {"code": numbers, "flag": flags, "n": numbers, "float": numbers, "broken": SAME}
    current = {
        "code": [str(number) for number in numbers],
        "flag": [str(flag) for flag in flags],
        "n": [str(number) for number in numbers],
        "float": [float(number) for number in numbers],
        "broken": ["much"] * ROWS,
    }
    kinds = {"code": "category", "flag": "category", "n": "number", "float": "category", "broken": "number"}
    found = by_column(compare(reference, current, kinds))
    assert [found[name].status for name in ("code", "flag", "n", "float")] == ["pass"] * 4
    assert [found[name].value for name in ("code", "flag", "n", "float")] == pytest.approx(
        [0.0] * 4, abs=1e-6
    )
    assert found["broken"].status == "fail"
    assert found["broken"].message == "400 values of the window are no numbers: it is string now"


def test_f52_odd_names_and_mixed_words(compare: Compare) -> None:
    mixed = ["1" if index % 2 else "word" for index in range(ROWS)]
    rows = {"0": SAME, "1": mixed, "a b": SAME, 'say "hi"': mixed}
    kinds = {"0": "number", "1": "category", "a b": "number", 'say "hi"': "category"}
    assert {check.status for check in by_column(compare(rows, rows, kinds)).values()} == {"pass"}


@pytest.mark.parametrize("rows", [0, 8])
def test_f53_too_few_rows_are_insufficient_data(compare: Compare, rows: int) -> None:
    report = compare({"x": SAME}, {"x": SAME[:rows]}, {"x": "number"})
    assert [check.status for check in report.checks] == ["skipped"]
    assert report.checks[0].message == f"insufficient data: {rows} rows, at least 100 needed"
    assert not report.artifacts


def test_f54_ids_and_times_are_left_out_by_name_and_many_words_are_bounded(
    tmp_path: Path, compare: Compare
) -> None:
    ids = [f"id-{index}" for index in range(ROWS)]
    reference = {"x": SAME, "id": ids, "time": ids, "city": ids}
    current = {"x": SAME, "id": ids[::-1], "time": ids, "city": [f"new-{index}" for index in range(ROWS)]}
    kinds = {"x": "number", "id": "id", "time": "time", "city": "category"}
    report = compare(reference, current, kinds)
    assert "id, late, time: ids, times and labels" in [check.message for check in report.checks]
    assert by_column(report)["city"].status == "fail"
    assert (tmp_path / report.artifacts[0].uri).read_text().count("new-") == 0


def test_f56_a_big_table_is_drawn_from_a_bounded_sample(compare: Compare) -> None:
    big = np.random.default_rng(1).normal(size=300_000)
    report = compare({"x": big}, {"x": big}, {"x": "number"}, rows=2000)
    assert "2,000 of 300,000 rows of train, 2,000 of 300,000 of the window" in report.looked_at
    assert float(report.looked_at.split()[-2]) < 8


def test_values_can_not_leave_the_script(tmp_path: Path, compare: Compare) -> None:
    evil = "</script><script>alert(1)</script>"
    rows = {evil: SAME, "word": [evil if word == "a" else word for word in WORDS]}
    report = compare(rows, rows, {evil: "number", "word": "category"})
    page = (tmp_path / report.artifacts[0].uri).read_text()
    assert "alert(1)" in page
    assert evil not in page
    assert page.count("<script") - page.count("<\\/script") >= 3
    assert "\\u003c/script>\\u003cscript>alert(1)" in page


def test_one_column_that_evidently_does_not_like_is_named(compare: Compare) -> None:
    # An unknown method fails inside Evidently, for all columns at once.
    report = compare(
        {"x": SAME, "word": WORDS},
        {"x": SAME, "word": WORDS},
        {"x": "number", "word": "category"},
        number_method="nope",
    )
    found = by_column(report)
    assert (found["x"].status, found["word"].status) == ("error", "pass")
    assert "Evidently could not draw it" in found["x"].message
    assert len(report.artifacts) == 1


def test_the_same_window_is_the_same_file(compare: Compare) -> None:
    rows = {"x": SAME}
    names = {compare(rows, rows, {"x": "number"}).artifacts[0].uri for _ in range(2)}
    assert len(names) == 1


def test_f80_a_pandas_that_evidently_does_not_import_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compare: Compare
) -> None:
    # What pandas 3.1 took away, and its version: the rest is real.
    (tmp_path / "sitecustomize.py").write_text(
        "import pandas.core.dtypes.common as c\ndel c.infer_dtype_from_object\n"
    )
    (tmp_path / "pandas-3.1.1.dist-info").mkdir()
    (tmp_path / "pandas-3.1.1.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: pandas\nVersion: 3.1.1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    with pytest.raises(CouldNotTellError) as caught:
        compare({"x": SAME}, {"x": SAME}, {"x": "number"})
    assert re.match(
        r"evidently 0\.7\.\S+ with pandas 3\.1\.1 does not import: cannot import name", caught.value.what
    )
    assert "Traceback" not in str(caught.value)
    assert "pandas<3.1" in caught.value.hint
    context = context_of(tmp_path, pa.table({}), pa.table({}))
    report = hooks.mlops_check_setup(context)
    assert report is not None
    assert report.checks[0].status == "error"
    assert "ImportError: cannot import name" in report.checks[0].message


def test_nobody_looks_and_nothing_is_drawn(tmp_path: Path) -> None:
    context = context_of(tmp_path, pa.table({"x": SAME}), pa.table({"x": SAME}), pictures=False)
    assert (
        hooks.mlops_compare_data(context, profile_of(x="number"), DataRef(name="log", uri="current")) is None
    )
    assert not (tmp_path / ".mlops-ext").exists()


def test_the_reference_is_the_version_s_own_data(tmp_path: Path) -> None:
    context = context_of(tmp_path, pa.table({"x": SAME}), pa.table({"x": SAME}))
    context.desk.data = ()  # type: ignore[attr-defined]
    with pytest.raises(CouldNotTellError, match="m/3 names no data `train`"):
        hooks.mlops_compare_data(context, profile_of(x="number"), DataRef(name="log", uri="current"))


def test_setup(tmp_path: Path) -> None:
    report = hooks.mlops_check_setup(context_of(tmp_path, pa.table({}), pa.table({})))
    assert report is not None
    assert [check.status for check in report.checks] == ["pass"]
