"""Which trial is the best, and when nobody can say."""

from __future__ import annotations

import pytest

from mlops_ext.comparison.sweep import Trial, fold, match
from mlops_ext.contract.refs import Metric, Setting


def trial(depth, status="finished", **metrics):
    return Trial(
        params=(Setting(name="depth", value=str(depth)), Setting(name="seed", value="1")),
        status=status,
        metrics=tuple(Metric(name=name, value=value) for name, value in metrics.items()),
    )


def depths(found):
    return [one.setting("depth") for one in found.trials]


THREE = [
    trial(2, auc=0.6, loss=0.3),
    trial(4, "failed"),
    trial(6, auc=0.8, loss=0.5),
    trial(8, auc=0.7, loss=0.1),
]


def test_the_best_first_by_the_metric_of_release_and_what_failed_last():
    found = fold("s", THREE, "auc", "")
    assert (depths(found), found.best, found.order) == (["6", "8", "2", "4"], True, "highest first")
    assert found.varying == ("depth",)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("loss", ["8", "2", "6", "4"]),
        ("-loss", ["6", "2", "8", "4"]),
        ("auc", ["6", "8", "2", "4"]),
        ("-auc", ["2", "8", "6", "4"]),
    ],
)
def test_sort_names_another_metric_and_its_direction(sort, order):
    assert depths(fold("s", THREE, "auc", sort)) == order


@pytest.mark.parametrize(("release", "sort"), [("f1", ""), ("", ""), ("auc", "nothing")])
def test_without_the_metric_they_stay_in_their_order_and_it_is_said(release, sort):
    found = fold("s", THREE, release, sort)
    assert (depths(found), found.best) == (["2", "4", "6", "8"], False)
    assert "auc, loss" in found.notes[0]


def test_which_way_is_better_is_never_guessed():
    found = fold("s", THREE, "loss", "")
    assert (depths(found), found.best, found.order) == (["2", "4", "6", "8"], False, "")
    assert "--sort loss" in found.notes[0]


def test_undefined_is_never_the_best():
    found = fold("s", [trial(2, rmse=None), trial(4, rmse=9.0)], "rmse", "")
    assert (depths(found), found.order) == (["4", "2"], "lowest first")
    assert found.notes == ("1 finished without a number for rmse",)


def test_nothing_finished():
    found = fold("s", [trial(2, "failed"), trial(4, "error")], "auc", "")
    assert (found.best, found.metrics, found.notes) == (False, (), ())


def test_equal_trials_are_kept():
    assert len(fold("s", [trial(2, "failed"), trial(2, "failed")], "auc", "").trials) == 2


def test_names_match_by_their_last_part_where_that_is_clear():
    assert match("auc", ["test.auc", "loss"]) == "test.auc"
    assert match("auc", ["a/m.json:auc"]) == "a/m.json:auc"
    assert match("auc", ["test.auc", "train.auc"]) == ""
    assert match("auc", ["auc", "test.auc"]) == "auc"
