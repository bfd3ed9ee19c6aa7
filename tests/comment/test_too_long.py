"""F58: a comment that would be refused for its length is cut at rows, and never loses its verdict."""

from __future__ import annotations

import pytest
from comment.told_by import hostile_comparison, seen, told_by
from msgspec.structs import replace
from outcomes import HOSTILE, TESTS, huge, outcome

from mlops_ext.comment.body import body, review
from mlops_ext.comment.section import ALWAYS, LIMIT, Section, fitted
from mlops_ext.contract.checks import Check, Report

GITHUB = 65_536


def wide(text: str, count: int = 500):
    """As many checks as there are columns, each saying too much in every way."""
    checks = tuple(
        Check(
            name=f"{number} {text}", status="fail", message=f"{number} {text}", where=f"{number} {text}",
            hint=f"{number} {text}", count=number, rows=1000, examples=(text,) * 5,
        )
        for number in range(count)
    )  # fmt: skip
    reports = [Report(question=f"{text}{number}", plugin=text, looked_at=text) for number in range(200)]
    return outcome(replace(TESTS, checks=checks), *reports, notes=(text,) * 100)


@pytest.mark.parametrize(
    "told",
    [
        told_by(huge(500)),
        told_by(huge(20_000)),
        told_by(wide("x" * 1000)),
        told_by(wide("`" * 1000)),
        told_by(wide("|" * 1000)),
        told_by(wide("東" * 1000)),
        told_by(wide("😀" * 1000), loosened=("😀" * 1000,) * 500),
        told_by(wide(HOSTILE * 20), loosened=(HOSTILE * 20,) * 500, unsure=HOSTILE * 100),
        told_by(wide("\\|" * 500)),
    ],
)
def test_f58_a_comment_is_under_the_limit_and_keeps_verdict_report_and_commit(told):
    text = body(told)
    assert len(text.encode()) < GITHUB
    assert len(review(told).summary.encode()) < GITHUB
    lines = text.splitlines()
    assert lines[0] == told.marker
    assert any(line.startswith("### ❌ integrate failed: ") for line in lines[1:6])
    assert "[Full report](https://github.com/acme/flights/actions/runs/1) · commit `9f31c2d`" in lines[-1]
    assert (" more in the full report." in text) == (len(text.encode()) > LIMIT - 5000)


def test_f58_what_is_cut_is_cut_between_rows():
    told = told_by(wide("x|`y` " * 100))
    text = body(told)
    assert set(seen(text).rows) <= {2, 3, 6}
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


def test_500_failing_columns_show_the_worst_ten_and_then_as_many_as_fit():
    told = told_by(huge(500))
    first, _, rest = body(told).partition("<details>")
    assert [f"measurement_{499 - place}" in first for place in range(12)] == [True] * 10 + [False] * 2
    assert "<b>490 more</b>: 490 failed" in rest
    assert "mlops-ext integrate --only data" in first


def test_a_section_goes_by_its_rank_and_rows_of_the_least_important_go_first():
    rows = tuple(f"row {number:03}" for number in range(100))
    parts = [
        Section(rank=ALWAYS, head=("verdict",)),
        Section(rank=5, head=("low",), rows=rows, foot=("end of low",)),
        Section(rank=1, head=("high",), rows=rows, foot=("end of high",)),
    ]
    whole = fitted(parts, 10_000)
    assert whole.count("row ") == 200
    for limit in range(60, len(whole), 7):
        text = fitted(parts, limit)
        assert len(text.encode()) <= limit
        assert text.startswith("verdict\n")
        high, low = (
            text.partition(f"{word}\n")[2].partition("end of")[0].count("row ") for word in ("high", "low")
        )
        assert high == 100 or (low == 0 or "low" not in text)
        assert ("low" in text) <= ("high" in text)


def test_a_comparison_of_hundreds_of_columns_fits_beside_it():
    comparison = hostile_comparison()
    columns = comparison.tables[1].columns * 100
    many = replace(comparison, tables=(replace(comparison.tables[1], columns=columns),) * 3)
    text = body(told_by(replace_outcome(many)))
    assert len(text.encode()) <= LIMIT
    assert "<b>Data</b>" in text


def replace_outcome(comparison):
    return outcome(TESTS, comparison=comparison)
