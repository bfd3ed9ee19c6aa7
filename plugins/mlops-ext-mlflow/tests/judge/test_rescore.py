"""Scoring again goes by the worker's process: the real one, with a model of its own class."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from judge_desk import context, data, flights, version

from mlops_ext.errors import CouldNotTellError
from mlops_ext_mlflow.judging import rescore as module
from mlops_ext_mlflow.judging.evaluate import evaluate

ADAPTER = """
import json
import math

def load(path):
    return json.load(open(path))

def predict(model, frame):
    if model["breaks"]:
        raise RuntimeError("the model is broken")
    assert list(frame.columns) == ["odds"], list(frame.columns)
    return [1 / (1 + math.exp(-(model["share"] * (odds + 1) - 1))) for odds in frame["odds"]]
"""


@pytest.fixture
def python(monkeypatch: pytest.MonkeyPatch) -> None:
    """This interpreter in place of a clean environment: making one is tested where it is made."""
    monkeypatch.setattr(module, "interpreter_of", lambda context, version: Path(sys.executable))


def _model(
    tmp_path: Path, number: int, share: float = 1.0, *, breaks: bool = False, feature: str = "odds"
) -> None:
    folder = tmp_path / "model-version" / f"delay-{number}"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps({"share": share, "breaks": breaks}))
    (folder / "adapter.py").write_text(ADAPTER)
    settings = {
        "file": "model.json",
        "adapter": "adapter.py",
        "path": [],
        "features": [{"name": feature, "type": "double"}],
        "output": "probability",
    }
    (folder / "mlops-ext-model.json").write_text(json.dumps(settings))


@pytest.mark.usefixtures("python")
def test_both_versions_are_scored_in_a_process_of_their_own(tmp_path: Path) -> None:
    _model(tmp_path, 1, share=-0.2)
    _model(tmp_path, 2, share=1.0)
    report = evaluate(context(tmp_path, flights()), version(2), version(1), data())
    found = {check.name: check for check in report.checks}
    assert found["better"].status == "pass"
    assert found["baseline"].status == "pass"
    assert found["metric:auc"].value > 0.7


@pytest.mark.usefixtures("python")
def test_the_order_of_rows_is_kept(tmp_path: Path) -> None:
    _model(tmp_path, 1)
    table = flights()
    (scores,) = module.rescore(context(tmp_path, table), [version(1)], table, data().columns)
    assert scores == pytest.approx(1 / (1 + np.exp(-np.asarray(table["odds"]))))


@pytest.mark.usefixtures("python")
def test_a_model_that_raises_is_could_not_tell(tmp_path: Path) -> None:
    _model(tmp_path, 1, breaks=True)
    with pytest.raises(CouldNotTellError, match="the model is broken"):
        evaluate(context(tmp_path, flights()), version(1), None, data())


@pytest.mark.usefixtures("python")
def test_of_two_that_score_side_by_side_the_broken_one_is_told(tmp_path: Path) -> None:
    _model(tmp_path, 1, breaks=True)
    _model(tmp_path, 2)
    with pytest.raises(CouldNotTellError, match="the model is broken"):
        evaluate(context(tmp_path, flights()), version(2), version(1), data())


@pytest.mark.usefixtures("python")
def test_a_feature_that_the_test_data_lacks_is_named(tmp_path: Path) -> None:
    _model(tmp_path, 1, feature="wind")
    with pytest.raises(CouldNotTellError, match="delay/1 needs columns that the test data lacks: wind"):
        evaluate(context(tmp_path, flights()), version(1), None, data())


def test_without_declared_features_label_id_and_time_stay_here(tmp_path: Path) -> None:
    columns = flights().column_names
    assert module.choose_features(tmp_path, columns, data().columns, "delay/1") == ["odds", "carrier"]
    assert module.choose_features(tmp_path, columns, data(features=("odds",)).columns, "delay/1") == ["odds"]
