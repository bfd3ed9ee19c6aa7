"""The adapter that we ship, with real models in real files, and the same file under MLflow."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

import mlops_ext
from mlops_ext.worker_client import ModelError, WorkerProcess

FEATURES = [
    {"name": "hour", "type": "double"},
    {"name": "carrier", "type": "string"},
    {"name": "day", "type": "long"},
    {"name": "rain", "type": "boolean"},
]
Make = Callable[..., Path]
TREE = partial(DecisionTreeClassifier, max_depth=4, random_state=0)


def frame(rows: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "hour": random.uniform(0, 24, rows),
            "carrier": random.choice(["UA", "B6", "DL"], rows),
            "day": random.integers(1, 8, rows),
            "rain": random.random(rows) < 0.3,
        }
    )


def fitted(labels: Any, kind: Any = TREE) -> Any:
    data = frame()
    encode = make_column_transformer((OneHotEncoder(), ["carrier"]), remainder="passthrough")
    return make_pipeline(encode, kind()).fit(data, labels(data))


def late(data: pd.DataFrame) -> Any:
    return (data["hour"] > 15).astype(int)


def through(folder: Path, data: pd.DataFrame) -> list[Any]:
    worker = WorkerProcess(Path(sys.executable), folder)
    worker.start(60)
    try:
        return worker.predict({name: data[name].tolist() for name in reversed(data.columns)})
    finally:
        worker.close()


def pickled(model: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(model))


@pytest.mark.parametrize(
    ("name", "save"), [("model.joblib", joblib.dump), ("model.pkl", pickled), ("model.skops", skops.io.dump)]
)
def test_a_two_class_model_gives_the_probability(
    make_model: Make, name: str, save: Callable[..., object]
) -> None:
    model = fitted(late)
    folder = make_model(lambda path: save(model, path), name, FEATURES, output="probability")
    assert through(folder, frame(5)) == pytest.approx(model.predict_proba(frame(5))[:, 1])


def test_output_label_gives_labels(make_model: Make) -> None:
    model = fitted(lambda data: np.where(data["hour"] > 15, "late", "fine"))
    folder = make_model(lambda path: joblib.dump(model, path), "model.joblib", FEATURES, output="label")
    assert through(folder, frame(5)) == model.predict(frame(5)).tolist()


def test_three_classes_give_labels_and_refuse_a_probability(make_model: Make) -> None:
    model = fitted(lambda data: data["hour"] // 9)
    folder = make_model(lambda path: joblib.dump(model, path), "model.joblib", FEATURES)
    assert through(folder, frame(5)) == model.predict(frame(5)).tolist()
    other = make_model(lambda path: joblib.dump(model, path), "other.joblib", FEATURES, output="probability")
    with pytest.raises(ModelError, match="no probability of two classes"):
        through(other, frame(5))


def test_a_regression_gives_numbers(make_model: Make) -> None:
    model = fitted(lambda data: data["hour"], LinearRegression)
    folder = make_model(lambda path: joblib.dump(model, path), "model.joblib", FEATURES)
    assert through(folder, frame(5)) == pytest.approx(model.predict(frame(5)))


def test_an_unknown_suffix_says_what_to_do(make_model: Make) -> None:
    folder = make_model(lambda path: path.write_text("x"), "model.exotic", FEATURES)
    with pytest.raises(ModelError, match=r"no loader for \.exotic .* write an adapter"):
        through(folder, frame(1))


@pytest.mark.parametrize(("column", "value"), [("day", 1.5), ("day", None), ("rain", 1), ("rain", None)])
def test_a_value_of_another_type_names_its_column(make_model: Make, column: str, value: object) -> None:
    folder = make_model(lambda path: joblib.dump(fitted(late), path), "model.joblib", FEATURES)
    data = frame(1)
    data[column] = pd.Series([value], dtype="object")
    with pytest.raises(ModelError, match=f"column {column} holds what is no "):
        through(folder, data)


def test_the_same_file_is_a_model_from_code_for_mlflow(tmp_path: Path) -> None:
    """In a process of its own: MLflow keeps global state, and must be seen without its warnings."""
    joblib.dump(fitted(late), tmp_path / "model.joblib")
    frame(5).to_pickle(tmp_path / "frame.pkl")
    script = f"""
import mlflow, pandas
from pathlib import Path
mlflow.pyfunc.save_model(
    "saved", python_model={str(Path(mlops_ext.__file__).with_name("adapter.py"))!r},
    artifacts={{"model": "model.joblib"}}, model_config={{"output": "probability"}},
    signature=mlflow.models.infer_signature(pandas.read_pickle("frame.pkl"), [0.5]), pip_requirements=[],
)
loaded = mlflow.pyfunc.load_model("saved")
print(loaded.predict(pandas.read_pickle("frame.pkl")).tolist())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    assert values == pytest.approx(fitted(late).predict_proba(frame(5))[:, 1])
    assert "WARNING" not in done.stderr
    assert through(tmp_path / "saved", frame(5)) == pytest.approx(values)


def test_it_can_be_imported_where_mlflow_is_absent() -> None:
    path = Path(mlops_ext.__file__).with_name("adapter.py")
    script = f"import sys; sys.modules['mlflow'] = None; import runpy; print(*runpy.run_path({str(path)!r}))"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert "load" in done.stdout
    assert "Adapter" not in done.stdout
