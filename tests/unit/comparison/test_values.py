"""Metrics and parameters on both sides: nothing is lost, nothing is rounded in silence."""

from __future__ import annotations

import pytest

from mlops_ext.comparison import curves, values
from mlops_ext.contract.comparison import Curve, Series
from mlops_ext.contract.refs import Metric, Setting


def metrics(before, after):
    return values.metrics(before, after)[0]


def params(before, after):
    old, new = ([Setting(name="a", value=one)] if one is not None else [] for one in (before, after))
    return values.params(old, new)


def test_a_number_and_its_change():
    found = metrics([Metric(name="auc", value=0.5)], [Metric(name="auc", value=0.75)])
    assert (found.before, found.after, found.change, found.why) == (0.5, 0.75, 0.25, "")


def test_an_undefined_number_stays_with_its_reason():
    found = metrics(
        [Metric(name="loss", value=1.0)], [Metric(name="loss", value=None, why="m.json says nan")]
    )
    assert (found.before, found.after, found.change) == (1.0, values.UNDEFINED, None)
    assert found.why == "after: m.json says nan"


def test_undefined_on_both_sides_is_said_once():
    one = Metric(name="loss", value=None, why="m.json says nan")
    assert metrics([one], [one]).why == "m.json says nan"


def test_a_metric_of_one_side():
    assert metrics([], [Metric(name="a", value=1.0)]).before is None
    assert metrics([Metric(name="a", value=1.0)], []).after is None


def test_a_difference_beyond_all_numbers_has_no_change():
    found = metrics([Metric(name="a", value=-1.7e308)], [Metric(name="a", value=1.7e308)])
    assert found.change is None


@pytest.mark.parametrize(
    ("before", "after", "cells", "change"),
    [
        ("4", "6", (4.0, 6.0), 2.0),
        ("0.1", "gbm", (0.1, "gbm"), None),
        ("9007199254740992", "9007199254740993", ("9007199254740992", "9007199254740993"), 1.0),
        ("1", "nan", (1.0, "nan"), None),
        ("1", "Infinity", (1.0, "Infinity"), None),
        ("1", "true", (1.0, "true"), None),
        ("1e400", "1", ("1e400", "1"), None),
        ("naïve", "a|b\nc", ("naïve", "a|b\nc"), None),
        (None, "<script>", (None, "<script>"), None),
        ("", "x", ("", "x"), None),
    ],
)
def test_parameters_are_numbers_only_where_that_is_exact(before, after, cells, change):
    found = params(before, after)[0]
    assert ((found.before, found.after), found.change) == (cells, change)


def test_the_same_number_in_other_words_is_said_to_be_that():
    found = params("1", "1.0")[0]
    assert (found.before, found.after, found.change) == ("1", "1.0", 0.0)
    assert found.why


def test_equal_parameters_are_no_difference():
    assert params("1", "1") == ()


def curve(*series):
    return Curve(name="roc.csv", x="fpr", y="tpr", series=series)


def test_curves_have_a_series_for_each_side():
    old, new = (Series(name="tpr", x=(0.0, 1.0), y=(0.0, end)) for end in (0.5, 1.0))
    found = curves.curves([curve(old)], [curve(new)], ("main", "workspace"))[0]
    assert [one.name for one in found.series] == ["main", "workspace"]
    assert curves.curves([curve(old)], [curve(old)], ("main", "workspace")) == ()
    assert curves.curves([], [curve(new)], ("main", "workspace"))[0].series[0].name == "workspace"


def test_a_long_curve_is_thinned_with_both_ends():
    long = Series(name="loss", x=tuple(map(float, range(10_001))), y=tuple(map(float, range(10_001))))
    found = curves.curves([], [curve(long)], ("a", "b"))[0].series[0]
    assert (len(found.x), found.x[0], found.x[-1]) == (curves.MOST_POINTS, 0.0, 10_000.0)
