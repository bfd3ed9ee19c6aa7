"""Quality on a live window: good, bad, or honestly not yet known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from judge_desk import context, flights, knows

from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.refs import Metric
from mlops_ext.contract.settings import ModelSettings, MonitorSettings
from mlops_ext.errors import CouldNotTellError
from mlops_ext_mlflow.judging.quality import choose_limit, compare

ROLES = ColumnRoles(label="late", id="id", time="time", prediction="prediction", version="version")


def _profile(**given) -> Profile:
    usual = {"quality": (Metric(name="auc", value=0.76), Metric(name="log_loss", value=0.5))}
    return Profile(model="delay", version=3, **{**usual, **given})


def _window(share: float, days: int = 7, version: object = 3) -> pa.Table:
    table = flights(days=days)
    (scores,) = knows(share)(None, [None], table, None)
    versions = pa.array([version] * table.num_rows)
    return table.append_column("prediction", pa.array(scores)).append_column("version", versions)


def _ask(tmp_path, window: pa.Table, profile: Profile | None = None, roles: ColumnRoles = ROLES, **monitor):
    settings = ModelSettings(monitor=MonitorSettings(**monitor))
    reference = DataRef(name="test", uri="/log", digest="sha256:1", columns=roles)
    report = compare(context(tmp_path, window, settings), profile or _profile(), reference)
    assert report.question == "quality"
    return {check.name: check for check in report.checks}


def _unlabelled(window: pa.Table, keep) -> pa.Table:
    late = [value if keep(number) else None for number, value in enumerate(window["late"].to_pylist())]
    return window.set_column(window.column_names.index("late"), "late", pa.array(late, pa.int64()))


def test_a_good_week_passes_with_evidence(tmp_path) -> None:
    found = _ask(tmp_path, _window(0.95))
    assert found["auc"].status == "pass"
    assert found["auc"].rows == 1050
    assert found["auc"].limit == pytest.approx(0.73)
    assert "7 days" in found["auc"].message
    assert found["coverage"].value == 1.0
    assert found["log_loss"].severity == "info"


def test_a_planted_bad_week_fails(tmp_path) -> None:
    check = _ask(tmp_path, _window(0.0))["auc"]
    assert check.status == "fail"
    assert check.value < check.limit


def test_a_dip_within_the_drop_or_within_the_history_is_noise(tmp_path) -> None:
    value = _ask(tmp_path, _window(0.95))["auc"].value
    near = _profile(quality=(Metric(name="auc", value=value + 0.02),))
    assert _ask(tmp_path, _window(0.95), near)["auc"].status == "pass"
    far = _profile(quality=(Metric(name="auc", value=value + 0.2),))
    assert _ask(tmp_path, _window(0.95), far)["auc"].status == "fail"
    moody = _profile(
        quality=(Metric(name="auc", value=value + 0.2),), quality_history=(0.95, value - 0.01, 0.9)
    )
    check = _ask(tmp_path, _window(0.95), moody)["auc"]
    assert check.status == "pass"
    assert "worst of 3 windows" in check.message


def test_limits_of_losses_point_the_other_way() -> None:
    assert choose_limit("log_loss", 0.5, (), 0.03).value == pytest.approx(0.53)
    assert choose_limit("log_loss", 0.5, (0.4, 0.6), 0.03).value == 0.6
    assert choose_limit("auc", 0.7, (0.69,), 0.03).value == pytest.approx(0.67)


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (lambda n: n % 3 == 0, "350 of 1050 rows have their label (33%), at least 50%"),
        (lambda n: n < 100, "at least 200"),
    ],
)
def test_late_labels_are_not_yet_known(tmp_path, keep, said: str) -> None:
    found = _ask(tmp_path, _unlabelled(_window(0.0), keep))
    assert list(found) == ["coverage"]
    assert found["coverage"].status == "skipped"
    assert "not yet known" in found["coverage"].message
    assert said in found["coverage"].message


def test_an_empty_window_and_one_without_any_label(tmp_path) -> None:
    assert _ask(tmp_path, _window(0.9).slice(0, 0))["coverage"].status == "skipped"
    assert _ask(tmp_path, _unlabelled(_window(0.9), lambda n: False))["coverage"].status == "skipped"


def test_one_class_only_and_few_days_are_undefined_and_not_good(tmp_path) -> None:
    window = _window(0.9)
    one = window.set_column(window.column_names.index("late"), "late", pa.array([0] * window.num_rows))
    check = _ask(tmp_path, one)["auc"]
    assert check.status == "skipped"
    assert "undefined" in check.message
    assert "too few days: 2" in _ask(tmp_path, _window(0.9, days=2))["auc"].message


@pytest.mark.parametrize("name", [3, "3", "delay/3"])
def test_only_rows_of_the_version_count(tmp_path, name) -> None:
    window = pa.concat_tables([_window(0.95, version=name), _window(0.0, version=type(name)(4))])
    found = _ask(tmp_path, window)
    assert found["auc"].status == "pass"
    assert found["coverage"].rows == 1050
    assert "1050 rows of other versions left out" in found["coverage"].message


def test_a_profile_that_was_never_judged_is_an_error(tmp_path) -> None:
    assert _ask(tmp_path, _window(0.9), _profile(quality=()))["quality"].status == "error"
    undefined = _profile(quality=(Metric(name="auc", value=None, why="one class"),))
    assert _ask(tmp_path, _window(0.9), undefined)["quality"].status == "error"


def test_broken_predictions_in_the_log_cannot_be_judged(tmp_path) -> None:
    window = _window(0.9)
    scores = np.asarray(window["prediction"]).copy()
    scores[5] = np.nan
    broken = window.set_column(window.column_names.index("prediction"), "prediction", pa.array(scores))
    with pytest.raises(CouldNotTellError, match="1 of 1050 logged predictions"):
        _ask(tmp_path, broken)


def test_without_a_label_column_quality_is_not_our_business(tmp_path) -> None:
    reference = DataRef(name="test", uri="/log", columns=ColumnRoles(prediction="prediction"))
    assert compare(context(tmp_path, _window(0.9)), _profile(), reference) is None
    unjoined = _window(0.9).drop_columns(["late"])
    reference = DataRef(name="test", uri="/log", columns=ROLES)
    assert compare(context(tmp_path, unjoined), _profile(), reference) is None
