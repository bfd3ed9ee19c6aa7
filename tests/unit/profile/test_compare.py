"""Planted drift is found, noise is not, and few rows tell nothing."""

from __future__ import annotations

import numpy as np
from arrow_table import ArrowTable
from reference import change, profile, rows

from mlops_ext.profile.compare import compare_drift
from mlops_ext.profile.count import count_columns
from mlops_ext.profile.features import counted_features

LIVE = 7


def _drift(live, reference=None, floor: float = 0.1, minimum_rows: int = 200):
    reference = reference or profile()
    counted = count_columns(ArrowTable(live), counted_features(reference))
    checks = compare_drift(reference, counted, live.num_rows, floor=floor, minimum_rows=minimum_rows)
    return {check.name: check for check in checks}


def _live(seed: int = LIVE, days: int = 7, **given):
    return rows(days=days, seed=seed, start="2013-04-01", **given)


def test_weeks_of_the_same_kind_hardly_ever_drift() -> None:
    """Days have moods of their own, so chance is a little larger than for independent rows."""
    checks = [check for seed in range(100, 140) for check in _drift(_live(seed=seed)).values()]
    alarms = [check.message for check in checks if check.status != "pass"]
    print("seeds 100 to 139:", len(alarms), "of", len(checks), alarms)
    assert len(alarms) <= len(checks) * 0.03


def test_only_the_model_s_features_are_judged() -> None:
    assert set(_drift(_live())) == {
        f"drift:{name}" for name in ("distance", "delay", "carrier", "night", "hour")
    }


def test_a_shifted_number_drifts_and_says_where() -> None:
    live = _live()
    found = _drift(change(live, distance=np.asarray(live["distance"]) * 2))
    check = found["drift:distance"]
    assert check.status == "fail"
    assert check.value > check.limit >= 0.1
    assert check.rows == 700
    assert "%" in check.message
    assert [name for name, one in found.items() if one.status == "fail"] == ["drift:distance"]


def test_values_beyond_the_training_range_drift() -> None:
    live = _live()
    check = _drift(change(live, hour=np.full(live.num_rows, 99)))["drift:hour"]
    assert check.status == "fail"
    assert "above 23" in check.message


def test_rising_nulls_drift() -> None:
    live = _live()
    holes = [None if number % 4 == 0 else value for number, value in enumerate(live["distance"].to_pylist())]
    check = _drift(change(live, distance=holes))["drift:distance"]
    assert check.status == "fail"
    assert "missing values: 0.0% to 25.0%" in check.message


def test_a_new_category_drifts_by_its_share() -> None:
    live = _live()
    some = ["B6" if number % 5 == 0 else value for number, value in enumerate(live["carrier"].to_pylist())]
    check = _drift(change(live, carrier=some))["drift:carrier"]
    assert (check.status, check.count) == ("fail", 140)
    assert "new: B6" in check.message
    few = ["B6" if number == 0 else value for number, value in enumerate(live["carrier"].to_pylist())]
    assert _drift(change(live, carrier=few))["drift:carrier"].status == "pass"


def test_a_shift_of_nothing_in_many_rows_is_no_drift() -> None:
    live = rows(days=7, per_day=20_000, seed=LIVE)
    moved = np.asarray(live["distance"]) * 1.01
    assert _drift(change(live, distance=moved))["drift:distance"].status == "pass"


def test_few_rows_tell_nothing() -> None:
    checks = _drift(_live(days=1))
    assert list(checks) == ["minimum-rows"]
    assert checks["minimum-rows"].status == "skipped"
    assert "insufficient data: 100 rows, at least 200 needed" in checks["minimum-rows"].message
    assert _drift(_live().slice(0, 0), minimum_rows=0)["minimum-rows"].status == "skipped"


def test_eight_of_the_references_own_rows_are_within_chance() -> None:
    checks = _drift(rows().slice(4000, 8), minimum_rows=1)
    assert {check.status for check in checks.values()} == {"pass"}
    assert "(chance)" in checks["drift:distance"].message


def test_a_column_that_always_moved_may_move_again() -> None:
    calm = profile()
    table = rows()
    weeks = np.exp(np.random.default_rng(LIVE).normal(0, 0.5, 12)).repeat(700)
    wild = profile(change(table, distance=np.asarray(table["distance"]) * weeks))
    live = _live(seed=3)
    moved = change(live, distance=np.asarray(live["distance"]) * 1.3)
    assert _drift(moved, calm)["drift:distance"].status == "fail"
    check = _drift(moved, wild)["drift:distance"]
    assert check.status == "pass"
    assert "windows of the reference" in check.message


def test_integers_that_became_floats_and_words_that_became_booleans_do_not_drift() -> None:
    live = _live()
    hours = [float(value) for value in live["hour"].to_pylist()]
    nights = [{True: "True", False: "False"}[value] for value in live["night"].to_pylist()]
    found = _drift(change(live, hour=hours, night=nights))
    assert {check.status for check in found.values()} == {"pass"}
