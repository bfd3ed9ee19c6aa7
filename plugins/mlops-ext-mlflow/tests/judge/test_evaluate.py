"""Release's judgement on planted models: what is better wins, what is worse or undefined never does."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from judge_desk import by_version, context, data, flights, knows, version

from mlops_ext.contract.checks import Report
from mlops_ext.contract.refs import Setting
from mlops_ext.contract.settings import ModelSettings, MonitorSettings, ReleaseSettings
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_mlflow.judging.evaluate import default_policy, evaluate


def _status(report: Report) -> dict[str, str]:
    return {check.name: check.status for check in report.checks}


def _check(report: Report, name: str):
    return next(check for check in report.checks if check.name == name)


def _model(**release) -> ModelSettings:
    return ModelSettings(output="probability", release=ReleaseSettings(**release))


def _judge(tmp_path, new, old, table=None, **release) -> Report:
    there = context(tmp_path, table if table is not None else flights(), _model(**release))
    return evaluate(there, version(2), version(1), data(), by_version(v1=old, v2=new))


def test_a_planted_better_one_wins_both_policies(tmp_path) -> None:
    for policy in ("better", "not-worse"):
        report = _judge(tmp_path, knows(0.9), knows(0.4), policy=policy)
        check = _check(report, policy)
        assert check.status == "pass"
        assert check.rows == 6000
        assert "40 days" in check.message
        assert "margin 0.005" in check.message
        assert check.value > check.limit
    assert report.question == "quality"
    assert "fail" not in _status(report).values()


def test_a_planted_worse_one_loses_both_policies(tmp_path) -> None:
    for policy in ("better", "not-worse"):
        report = _judge(tmp_path, knows(0.4), knows(0.9), policy=policy)
        assert _status(report)[policy] == "fail"
        assert _status(report)["proper-score"] == "fail"


def test_an_equal_one_is_not_worse_and_not_better(tmp_path) -> None:
    assert _status(_judge(tmp_path, knows(0.9), knows(0.9), policy="not-worse"))["not-worse"] == "pass"
    assert _status(_judge(tmp_path, knows(0.9), knows(0.9), policy="better"))["better"] == "fail"


def test_same_package_and_params_is_a_retraining() -> None:
    params = (Setting(name="depth", value="3"),)
    first, again = (
        version(1, package="sha256:a", params=params),
        version(2, package="sha256:a", params=params),
    )
    assert default_policy(again, first) == "not-worse"
    assert default_policy(version(2, package="sha256:b", params=params), first) == "better"
    assert default_policy(version(2, package="sha256:a"), first) == "better"
    assert default_policy(version(2), version(1)) == "better"


def test_better_rank_with_worse_probabilities_is_seen(tmp_path) -> None:
    def extreme(context, versions, table, roles):
        return [scores**6 for scores in knows(0.9)(context, versions, table, roles)]

    report = _judge(tmp_path, extreme, knows(0.4))
    assert _status(report)["better"] == "pass"
    assert _status(report)["proper-score"] == "fail"


def test_a_first_version_has_only_the_baseline_to_beat(tmp_path) -> None:
    there = context(tmp_path, flights(), share=0.3)
    report = evaluate(there, version(1), None, data(), knows(0.9))
    assert _status(report)["baseline"] == "pass"
    assert "the training share 0.3000" in _check(report, "baseline").message
    assert not {"better", "not-worse"} & set(_status(report))
    coin = evaluate(there, version(1), None, data(), lambda c, v, t, r: [np.full(t.num_rows, 0.3)])
    assert _status(coin)["baseline"] == "fail"


def test_without_a_profile_the_rows_own_share_is_the_baseline(tmp_path) -> None:
    report = evaluate(context(tmp_path, flights()), version(1), None, data(), knows(0.9))
    assert "the test rows' own mean" in _check(report, "baseline").message


def test_rows_that_either_version_was_trained_on_do_not_count(tmp_path) -> None:
    seen = []

    def score(context, versions, table, roles):
        seen.append(table)
        return knows(0.9)(context, versions, table, roles)

    there = context(tmp_path, flights(), _model(policy="not-worse"))
    old, new = version(1, trained_until="2013-04-20T11:00:00+00:00"), version(2, trained_until="2013-04-10")
    report = evaluate(there, new, old, data(), score)
    earliest = min(seen[0]["time"].to_pylist())
    assert earliest.isoformat() > "2013-04-20T11:00:00"
    assert _check(report, "unseen").rows == 6000
    assert _check(report, "unseen").count == seen[0].num_rows < 3200


def test_unlabelled_and_immature_rows_do_not_count(tmp_path) -> None:
    table = flights()
    late = table["late"].to_pylist()
    late[:150] = [None] * 150
    table = table.set_column(table.column_names.index("late"), "late", pa.array(late, pa.float64()))
    settings = ModelSettings(output="probability", monitor=MonitorSettings(late_by="5d"))
    report = evaluate(context(tmp_path, table, settings), version(1), None, data(), knows(0.9))
    assert _check(report, "unseen").count == pytest.approx(6000 - 150 - 5 * 150, abs=20)


def test_too_few_rows_are_an_error(tmp_path) -> None:
    report = _judge(tmp_path, knows(0.9), knows(0.4), flights(days=6))
    assert _status(report)["minimum-rows"] == "error"
    assert "insufficient data: 900 rows, at least 1000 needed" in _check(report, "minimum-rows").message
    assert len(report.checks) == 2


def test_too_few_days_are_an_error_and_never_a_pass(tmp_path) -> None:
    statuses = _status(_judge(tmp_path, knows(0.9), knows(0.4), flights(days=4, rows=600)))
    assert {statuses[name] for name in ("baseline", "metric:auc", "better", "proper-score")} == {"error"}


def test_one_class_is_an_error_and_never_a_pass(tmp_path) -> None:
    table = flights()
    table = table.set_column(4, "late", pa.array([0] * table.num_rows))
    statuses = _status(_judge(tmp_path, knows(0.9), knows(0.4), table))
    assert statuses["better"] == "error"
    assert statuses["metric:auc"] == "error"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1.2, -0.1])
def test_broken_predictions_are_named(tmp_path, bad: float) -> None:
    def broken(context, versions, table, roles):
        (scores,) = knows(0.9)(context, versions, table, roles)
        scores[:3] = bad
        return [scores]

    mine = _check(_judge(tmp_path, broken, knows(0.4)), "predictions:delay/2")
    assert (mine.status, mine.count) == ("fail", 3)
    theirs = _judge(tmp_path, knows(0.9), broken)
    assert _check(theirs, "predictions:delay/1").status == "error"
    assert "better" not in _status(theirs)


def test_a_slice_that_loses_closes_the_gate(tmp_path) -> None:
    def but_not_delta(context, versions, table, roles):
        (good,), (bad,) = (knows(share)(context, versions, table, roles) for share in (0.95, 0.1))
        return [np.where(np.asarray(table["carrier"]) == "DL", bad, good)]

    report = _judge(tmp_path, but_not_delta, knows(0.6), slices=("carrier", "odds"))
    statuses = _status(report)
    assert statuses["slice:carrier=DL"] == "fail"
    assert statuses["slice:carrier=UA"] == "pass"
    assert "after Holm" in _check(report, "slice:carrier=DL").message
    assert sum(name.startswith("slice:odds") for name in statuses) == 4


def test_a_thin_slice_is_shown_and_not_judged(tmp_path) -> None:
    table = flights()
    carriers = ["OO"] * 60 + table["carrier"].to_pylist()[60:]
    report = _judge(
        tmp_path,
        knows(0.9),
        knows(0.4),
        table.set_column(3, "carrier", pa.array(carriers)),
        slices=("carrier",),
    )
    thin = _check(report, "slice:carrier=OO")
    assert (thin.status, thin.rows) == ("skipped", 60)
    assert "at least 100 needed" in thin.message


def test_flips_and_windows_are_counted(tmp_path) -> None:
    report = _judge(tmp_path, knows(0.9), knows(0.4))
    flips = _check(report, "flips")
    assert flips.severity == "info"
    assert 0 < flips.count < 6000
    windows = [check for check in report.checks if check.name.startswith("window:auc:2013-")]
    assert windows[0].name == "window:auc:2013-04-01/2013-04-08"
    assert len(windows) == 5


def test_candidate_whose_cut_off_is_unknown_is_an_error(tmp_path) -> None:
    there = context(tmp_path, flights(), _model())
    report = evaluate(there, version(2, trained_until=""), version(1), data(), knows(0.9))
    assert _status(report)["unseen"] == "error"
    report = evaluate(there, version(2), version(1, trained_until=""), data(), knows(0.9))
    assert "can only help it" in _check(report, "unseen").message


def test_values_and_labels_have_metrics_of_their_own(tmp_path) -> None:
    table = flights()
    table = table.append_column("delay", pa.array(np.asarray(table["odds"]) * 3 + 7))

    def values(context, versions, table, roles):
        noise = {one.version: np.random.default_rng(one.version) for one in versions}
        return [
            np.asarray(table["odds"]) * 3 + 7 + made.normal(0, 3 - number, table.num_rows)
            for number, made in noise.items()
        ]

    there = context(tmp_path, table, ModelSettings(output="value"))
    report = evaluate(there, version(2), version(1), data(label="delay"), values)
    assert _status(report)["better"] == "pass"
    assert "rmse" in _check(report, "better").message
    labels = context(tmp_path, table, ModelSettings(output="label"))
    report = evaluate(
        labels, version(1), None, data(), lambda c, v, t, r: [np.asarray(t["late"]).astype(float)]
    )
    assert "accuracy 1.0000" in _check(report, "baseline").message


@pytest.mark.parametrize("wrong", [{"metric": "gini"}, {"policy": "best"}, {"confidence": 1.0}])
def test_settings_that_cannot_be_meant(tmp_path, wrong) -> None:
    with pytest.raises(SettingsError):
        _judge(tmp_path, knows(0.9), knows(0.4), **wrong)


def test_test_data_without_label_or_time_column(tmp_path) -> None:
    there = context(tmp_path, flights(), _model(cluster="carrier"))
    with pytest.raises(SettingsError, match="no label"):
        evaluate(there, version(1), None, data(label=""), knows(0.9))
    with pytest.raises(SettingsError, match="no column `tmie`"):
        evaluate(there, version(1), None, data(time="tmie"), knows(0.9))
    report = evaluate(context(tmp_path, flights(), _model()), version(1), None, data(time=""), knows(0.9))
    assert _check(report, "unseen").status == "skipped"
    assert "rows, each by itself" in _check(report, "metric:auc").message


def test_a_worker_that_cannot_load_is_not_swallowed(tmp_path) -> None:
    def broken(context, version, table, roles):
        raise CouldNotTellError("the model does not load")

    with pytest.raises(CouldNotTellError, match="does not load"):
        _judge(tmp_path, broken, knows(0.4))
