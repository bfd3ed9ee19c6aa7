"""A comparison and a sweep as page and text: escaped, nothing of the network, pictures in words."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import re

import pytest

from mlops_ext.comparison.sweep import Trial, fold
from mlops_ext.contract.comparison import (
    ColumnDifference,
    Comparison,
    Curve,
    Difference,
    Series,
    TableDifference,
)
from mlops_ext.contract.refs import Metric, Setting
from mlops_ext.output import comparison as text
from mlops_ext.page.axes import scale
from mlops_ext.page.develop import render
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import Verdict

HOSTILE = "</td></script><script>alert(1)</script>|<img src=x onerror=alert(2)>{{ 7*7 }}\x1b[31m\nnext naïve"


def sweep(**values):
    trials = [
        Trial(
            params=tuple(Setting(name=name, value=value) for name, value in zip(values, row, strict=True)),
            status="failed" if number == 1 else "finished",
            metrics=() if number == 1 else (Metric(name="auc", value=0.5 + number / 100),),
            why=HOSTILE if number == 1 else "",
        )
        for number, row in enumerate(itertools.product(*values.values()))
    ]
    return fold("s", trials, "auc", "")


COMPARISON = Comparison(
    before=HOSTILE,
    after="workspace",
    metrics=(
        Difference(name=HOSTILE, before=1.0, after="undefined", why=HOSTILE),
        Difference(name="rows", after=float(2**53), why="rounded from 9007199254740993"),
        Difference(name="small", before=1.0, after=1.01, change=0.01),
        Difference(name="large", before=1.0, after=9.0, change=8.0),
        Difference(name="as before", before=1.0, after=1.0, change=0.0),
    ),
    params=(Difference(name="a", before=HOSTILE, after="b|c"),),
    tables=(
        TableDifference(
            name=HOSTILE,
            status="changed",
            rows_before=1,
            rows_after=2_000_000,
            columns=(
                ColumnDifference(column=HOSTILE, what="retyped", before="integer", after="string"),
                ColumnDifference(column="c", what="categories", before="", after=HOSTILE),
            ),
        ),
        TableDifference(name="lost", status="unknown", why=HOSTILE),
        TableDifference(name="same", status="same"),
    ),
    curves=(
        Curve(
            name=HOSTILE,
            x=HOSTILE,
            y="y",
            series=(
                Series(name=HOSTILE, x=(0.0, 1.0), y=(5.0, 5.0)),
                Series(name="workspace", x=(2.0,), y=(1e300,)),
            ),
        ),
    ),
    notes=(HOSTILE,),
)


def page(found=None, comparison=None):
    return render(
        HOSTILE,
        Outcome(
            stage="develop",
            verdict=Verdict(0),
            summary=HOSTILE,
            sweep=found,
            comparison=comparison,
            notes=(HOSTILE,),
        ),
    )


PAGES = {
    "comparison": page(comparison=COMPARISON),
    "one": page(sweep(depth=["2", "4", "6"])),
    "two": page(sweep(depth=["2", "4"], kind=["gbm", HOSTILE])),
    "three": page(sweep(depth=["2", "4"], rate=["0.001", "1"], kind=["a", HOSTILE])),
    "nothing": page(),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_value_is_escaped_and_nothing_is_asked_of_the_network(name):
    found = PAGES[name]
    assert "<img" not in found
    assert found.count("<script>") == 1
    assert "{{ 7*7 }}" in html.unescape(found)
    assert not re.search(
        r"\sstyle=|\son\w+=(?=[^&]*>)",
        re.sub(r"&[^;]+;", "", found.replace(HOSTILE, "")).split("<body>")[1].split("onerror=")[0],
    )
    assert not re.search(r"(?:src|href)=\"(?!#)", found)


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_lets_exactly_our_two_texts_run(name):
    found = PAGES[name]
    policy = html.unescape(re.search(r'Policy" content="([^"]+)"', found).group(1))
    for tag in ("script", "style"):
        own = re.search(f"<{tag}>(.*?)</{tag}>", found, re.DOTALL).group(1)
        assert base64.b64encode(hashlib.sha256(own.encode()).digest()).decode() in policy


@pytest.mark.parametrize(
    ("name", "pictures"), [("comparison", 2), ("one", 2), ("two", 2), ("three", 2), ("nothing", 0)]
)
def test_each_picture_is_said_in_a_sentence(name, pictures):
    said = re.findall(r'role="img" aria-label="([^"]+)"', PAGES[name])
    assert len(said) == pictures
    assert len(set(said)) == min(pictures, 1)


@pytest.mark.parametrize("name", ["one", "two", "three", "comparison"])
def test_all_that_is_drawn_lies_in_the_picture(name):
    for width, height, body in re.findall(
        r'viewBox="0 0 (\d+) (\d+)" role="img"[^>]*>(.*?)</svg>', PAGES[name], re.DOTALL
    ):
        pairs = [pair.split(",") for line in re.findall(r'points="([^"]+)"', body) for pair in line.split()]
        pairs += re.findall(r'cx="([\d.-]+)" cy="([\d.-]+)"', body)
        assert pairs
        assert all(0 <= float(x) <= int(width) and 0 <= float(y) <= int(height) for x, y in pairs)


def test_numbers_words_and_far_apart_values_on_an_axis():
    assert [scale(["8", "2", "5"]).place(value) for value in ("2", "5", "8")] == [0.0, 0.5, 1.0]
    assert scale(["0.01", "1", "0.1"]).place("0.1") == pytest.approx(0.5)
    assert [scale(["b", "a"]).place(value) for value in ("b", "a")] == [0.0, 1.0]
    assert scale(["3"]).place("3") == 0.5
    assert scale(["1", "nan"]).kind == "words"


def test_text_has_the_worst_first_and_no_line_of_its_own_from_a_value():
    found = list(text.lines(COMPARISON))
    assert all("\n" not in line and "\x1b" not in line for line in found)
    order = [
        next(at for at, line in enumerate(found) if word in line) for word in ("undefined", "large", "small")
    ]
    assert order == sorted(order)
    assert not any("as before" in line or line.strip().startswith("same") for line in found)
    assert any("as before" in line for line in text.lines(COMPARISON, verbose=True))
    assert any("9007199254740992" in line for line in found)


def test_text_without_long_words_fits_80_columns():
    plain = Comparison(
        before="main 1a2b3c4",
        after="workspace",
        metrics=tuple(
            Difference(name=f"m{n}", before=1.0, after=1.0 + n, change=float(n)) for n in range(1, 20)
        ),
        tables=(TableDifference(name="flights", status="unknown", why="word " * 60),),
        notes=("note " * 60,),
    )
    found = list(text.lines(plain))
    assert max(map(len, found)) <= 80
    assert "           and 11 more: --verbose" in found


def test_equal_sides_say_so():
    assert list(text.lines(Comparison(before="a", after="b")))[1] == "  nothing that was compared differs"


def test_a_sweep_of_many_metrics_fits_80_columns_and_says_what_is_left_out():
    metrics = tuple(Metric(name=f"metric_{n}", value=n / 7) for n in range(12))
    trials = [
        Trial(params=(Setting(name="a.depth", value=value),), status="finished", metrics=metrics)
        for value in "12"
    ]
    found = list(text.sweep_lines(fold("s", trials, "metric_3", "metric_3")))
    assert max(map(len, found)) <= 80
    assert "metric_3" in found[0]
    assert any("more metrics: --verbose" in line for line in found)
