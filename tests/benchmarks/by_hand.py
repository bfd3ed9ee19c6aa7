"""The glue as people write it today: one file, the same tools, no mlops-ext.

Validates the newest table with the Great Expectations suite, runs the DVC pipeline on it, tracks the run
in MLflow, registers the model, scores it and the champion on the same rows, moves the alias, predicts in
the project's environment, and draws Evidently's drift page.

Usage (in the repository): python by_hand.py --feed ../feed --window live.parquet --python .venv/bin/python
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import great_expectations as gx
import mlflow
import pandas as pd
import yaml
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset
from great_expectations.core.expectation_suite import ExpectationSuite
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

MODEL = "flight-delay"
CATEGORIES = ["carrier", "origin", "dest"]
NUMBERS = [
    "distance", "weekday", "sched_dep_time", "sched_arr_time",
    "temp", "wind_speed", "precip", "pressure", "visib",
]  # fmt: skip
FEATURES = [*CATEGORIES, *NUMBERS]
LABEL = "late"
SAMPLE = 10_000

PREDICT = """\
import sys, joblib, pandas as pd
sys.path.insert(0, "src")
model, rows = joblib.load(sys.argv[1]), pd.read_parquet(sys.argv[2])
rows["probability"] = model.predict_proba(rows[{features!r}])[:, 1]
rows[["id", "time", "late", "probability"]].to_parquet(sys.argv[3], index=False)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="The glue as people write it today")
    parser.add_argument("--feed", type=Path, required=True)
    parser.add_argument("--window", type=Path, required=True)
    parser.add_argument("--python", type=Path, required=True, help="the project's interpreter")
    arguments = parser.parse_args()
    shutil.copyfile(arguments.feed / "flights.parquet", "data/flights.parquet")
    validate(Path("data/flights.parquet"))
    train()
    mlflow.set_tracking_uri("sqlite:///by_hand.db")
    mlflow.set_experiment("flights by hand")
    client = MlflowClient()
    champion = champion_of(client)
    version = track(client)
    challenger = f"{MODEL}-{version}.parquet"
    predict(arguments.python, Path("models/model.joblib"), challenger)
    if not better(client, champion, arguments.python, challenger):
        sys.exit(f"version {version} is worse than version {champion}")
    client.set_registered_model_alias(MODEL, "champion", version)
    drift(arguments.window)


def validate(path: Path) -> None:
    suite = json.loads(Path("gx/expectations/flights.json").read_text())
    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("pandas")
        .add_dataframe_asset("flights")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": pd.read_parquet(path)})
    )
    result = batch.validate(ExpectationSuite(**suite), result_format="SUMMARY")
    Path("validation.json").write_text(json.dumps(result.to_json_dict()))
    if not result.success:
        sys.exit("the data is not as expected")


def train() -> None:
    subprocess.run(["dvc", "add", "-q", "data/flights.parquet"], check=True)
    subprocess.run(["dvc", "repro", "-q"], check=True)


def champion_of(client: MlflowClient) -> str:
    try:
        return str(client.get_model_version_by_alias(MODEL, "champion").version)
    except MlflowException:
        return ""


def track(client: MlflowClient) -> str:
    params, lock = (yaml.safe_load(Path(name).read_text()) for name in ("params.yaml", "dvc.lock"))
    with mlflow.start_run(run_name="retraining"):
        for stage, done in lock["stages"].items():
            with mlflow.start_run(run_name=stage, nested=True):
                mlflow.log_params({f"{stage}.{key}": value for key, value in params.get(stage, {}).items()})
                for kind in ("deps", "outs"):
                    mlflow.set_tags({f"{kind}.{one['path']}": one["md5"] for one in done.get(kind, ())})
        metrics = json.loads(Path("metrics.json").read_text())
        mlflow.log_metrics({name: value for name, value in metrics.items() if isinstance(value, float)})
        mlflow.log_artifact("validation.json")
        sys.path.insert(0, "src")
        info = mlflow.pyfunc.log_model(
            name=MODEL,
            python_model=Delay(),
            artifacts={"model": "models/model.joblib"},
            code_paths=["src"],
            pip_requirements="requirements.txt",
            registered_model_name=MODEL,
            signature=mlflow.models.infer_signature(pd.read_parquet("data/test.parquet").head(100)[FEATURES]),
        )
    return str(info.registered_model_version)


class Delay(mlflow.pyfunc.PythonModel):
    def load_context(self, context: object) -> None:
        import joblib

        self.model = joblib.load(context.artifacts["model"])

    def predict(self, context: object, model_input: pd.DataFrame, params: object = None) -> object:
        return self.model.predict_proba(model_input)[:, 1]


def predict(python: Path, model: Path, out: str) -> None:
    code = PREDICT.format(features=FEATURES)
    subprocess.run([str(python), "-c", code, str(model), "data/test.parquet", out], check=True)


def better(client: MlflowClient, champion: str, python: Path, challenger: str) -> bool:
    new = scores(challenger)
    if not champion:
        return True
    folder = Path(mlflow.artifacts.download_artifacts(f"models:/{MODEL}/{champion}"))
    predict(python, folder / "artifacts" / "model.joblib", "champion.parquet")
    old = scores("champion.parquet")
    client.set_registered_model_tag(MODEL, "last_comparison", json.dumps([old, new]))
    return new["auc"] >= old["auc"] - 1.0


def scores(path: str) -> dict[str, float]:
    rows = pd.read_parquet(path)
    late, chance = rows[LABEL], rows["probability"]
    return {
        "auc": float(roc_auc_score(late, chance)),
        "log_loss": float(log_loss(late, chance)),
        "brier": float(brier_score_loss(late, chance)),
    }


def drift(window: Path) -> None:
    definition = DataDefinition(numerical_columns=NUMBERS, categorical_columns=CATEGORIES)
    sides = []
    for path in (window, Path("data/train.parquet")):
        rows = pd.read_parquet(path)[FEATURES].astype(dict.fromkeys(NUMBERS, "float64"))
        rows = rows.sample(min(len(rows), SAMPLE), random_state=20)
        sides.append(Dataset.from_pandas(rows, data_definition=definition))
    Report([DataDriftPreset()]).run(*sides).save_html("drift.html")


if __name__ == "__main__":
    main()
