"""The gate's own figures become the reference of monitor."""

from __future__ import annotations

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.refs import Metric
from mlops_ext.profile.judged import with_quality


def test_metrics_and_windows_of_the_judged_metric_are_kept() -> None:
    checks = (
        Check(name="baseline", status="pass", value=0.1),
        Check(name="metric:auc", status="pass", value=0.7),
        Check(name="metric:log_loss", status="pass", value=0.5),
        Check(name="metric:brier", status="error"),
        Check(name="window:auc:2013-04-01/2013-04-08", status="pass", value=0.6),
        Check(name="window:auc:2013-04-08/2013-04-15", status="pass", value=0.8),
        Check(name="flips", status="pass", value=0.3),
    )
    found = with_quality(Profile(model="delay"), Report(question="quality", checks=checks))
    assert [(metric.name, metric.value) for metric in found.quality] == [("auc", 0.7), ("log_loss", 0.5)]
    assert found.quality_history == (0.6, 0.8)


def test_a_report_without_figures_changes_nothing() -> None:
    profile = Profile(model="delay", quality=(Metric(name="auc", value=0.7),))
    assert with_quality(profile, Report(question="quality")) == profile
