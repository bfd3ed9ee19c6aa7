"""Other ways in which teams write the same project: files that replace the tiny project's own."""

from __future__ import annotations

from projects.make import HERE

TRAIN = (HERE / "tiny" / "src" / "train.py").read_text()

# A script that calls MLflow by itself, with an experiment of its own.
CALLS_MLFLOW = {
    "src/train.py": TRAIN.replace("import joblib\n", "import joblib\nimport mlflow\n")
    + """
mlflow.set_experiment("visits-of-the-team")
with mlflow.start_run(run_name="by the script"):
    mlflow.log_param("strength", strength)
    mlflow.log_metric("rows", len(train))
""",
}

# A model with a class of the team's own in its pickle.
OWN_CLASS = {
    "src/ratio.py": '''"""The team's own transformer."""

from sklearn.base import BaseEstimator, TransformerMixin


class Ratio(TransformerMixin, BaseEstimator):
    """Minutes, pages, and minutes a page."""

    def fit(self, frame, labels=None):
        self.fitted_ = True
        return self

    def transform(self, frame):
        return frame.assign(ratio=frame["minutes"] / (1 + frame["pages"]))
''',
    "src/train.py": TRAIN.replace("import yaml\n", "import yaml\nfrom ratio import Ratio\n", 1).replace(
        '"passthrough",', "Ratio(),"
    ),
    "dvc.yaml": (HERE / "tiny" / "dvc.yaml")
    .read_text()
    .replace("      - src/train.py\n", "      - src/ratio.py\n      - src/train.py\n"),
}

SETTINGS = (HERE / "tiny" / "mlops-ext.toml").read_text()

# A try-out and the real thing.
TWO_TARGETS = {
    "mlops-ext.toml": SETTINGS.partition("[targets.test]")[0]
    + """[targets.test]

[targets.production]
after = { target = "test", runs = 1 }
approval = "local"
service = { kind = "local-service", poll_seconds = 0.2 }
""",
}

# One place for pipelines and the service, and only the plugins that acting needs: what is fast to repeat.
ONE_TARGET = {
    "mlops-ext.toml": SETTINGS.partition("[targets.test]")[0]
    .replace('"evidently", "great-expectations", ', "")
    .replace('suite = "visits"\n', "")
    + """[targets.production]
registers = true
service = { kind = "local-service", poll_seconds = 0.2 }
""",
}
