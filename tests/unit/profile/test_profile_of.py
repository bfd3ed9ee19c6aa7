"""A served version's reference: its profile, its number, and what its own gate measured."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.models import ModelVersion, Promotion
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.records import StageRecord, StoredRecord
from mlops_ext.contract.refs import Metric, Ref
from mlops_ext.stages.profiles import profile_of


def _session(tmp_path, *judged: int):
    """Records whose candidate is the first of these versions."""
    kept = Profile(model="delay", quality=(Metric(name="auc", value=0.9),))
    (tmp_path / "profile.json").write_bytes(msgspec.json.encode(kept))
    report = Report(question="quality", checks=(Check(name="metric:auc", status="pass", value=0.7),))
    inputs = tuple(Ref(kind="model-version", name=f"delay/{number}") for number in judged)
    record = StageRecord(
        stage="release", project="p", key="k", zone="local", verdict="pass", inputs=inputs, reports=(report,)
    )
    stored = StoredRecord(digest="d", statement=b"", record=record) if judged else None
    context = SimpleNamespace(fetch=lambda ref: tmp_path / "profile.json", find_record=lambda digest: stored)
    return SimpleNamespace(context=context)


@pytest.mark.parametrize(("judged", "auc"), [((3, 2), 0.7), ((2, 3), 0.9), ((), 0.9)])
def test_only_figures_of_its_own_gate_count(tmp_path, judged: tuple[int, ...], auc: float) -> None:
    promotion = Promotion(model="delay", alias="champion", version=3, number=1, expected=0, gate="sha256:d")
    version = ModelVersion(model="delay", version=3, digest="d", uri="", promotion=promotion)
    found = profile_of(_session(tmp_path, *judged), version)
    assert [metric.value for metric in found.quality] == [auc]
    assert found.version == 3
