"""Without an adapter the pipeline's own stage is the training: run on a table of ours, in a copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from calling import call, commit, git

from training.asking import BOOSTERS
from training.tables import orders

SETTINGS = """
name = "shop"
plugins = ["dvc"]
python = "{python}"

[data.orders]
path = "data/orders.csv"
time = "since"
columns = {{ id = "id", label = "bought" }}

[models.buyers]
data = "orders"
file = "models/model.joblib"

[models.buyers.training]
rows = 100

[models.buyers.training.skip]
"same-seed-same-model" = "asked elsewhere"
"overfits-a-few-rows" = "asked elsewhere"
"no-nan:huge" = "asked elsewhere"
"no-nan:tiny" = "asked elsewhere"
"no-nan:constant" = "asked elsewhere"
"no-nan:unseen" = "asked elsewhere"
"""
PIPELINE = """
stages:
  prepare:
    cmd: python src/prepare.py
    deps: [src/prepare.py, data/orders.csv]
    outs: [data/features.csv]
  train:
    cmd: python src/train.py
    deps: [src/train.py, data/features.csv]
    params: [rate]
    outs: [models/model.joblib]
"""
PREPARE = """
import csv

with open("data/orders.csv") as source, open("data/features.csv", "w") as target:
    writer = csv.writer(target)
    writer.writerow(["amount", "visits", "age", "bought"])
    for row in csv.DictReader(source):
        visits = float(row["visits"] or 0)
        amount, age = min(float(row["amount"] or 0), 1e6), min(float(row["age"] or 0), 99)
        writer.writerow([amount, visits, age, row["bought"]])
"""
TRAIN = """
import os

import joblib
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier

with open("params.yaml") as file:
    rate = float(file.read().partition(":")[2])
table = pd.read_csv("data/features.csv")
model = GradientBoostingClassifier(n_estimators=30, learning_rate=rate, random_state=0)
os.makedirs("models", exist_ok=True)
joblib.dump(model.fit(table[["amount", "visits", "age"]], table["bought"]), "models/model.joblib")
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A pipeline of two stages over a table; nothing of it has run."""
    files = {
        "mlops-ext.toml": SETTINGS.format(python=BOOSTERS),
        "dvc.yaml": PIPELINE,
        "params.yaml": "rate: 0.2\n",
        "src/prepare.py": PREPARE,
        "src/train.py": TRAIN,
        ".gitignore": ".mlops-ext/\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "data").mkdir()
    orders(300).to_csv(tmp_path / "data" / "orders.csv", index=False)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    (tmp_path / ".dvc" / ".gitignore").write_text("/config.local\n/tmp\n/cache\n")
    commit(tmp_path)
    return tmp_path


def answers(root: Path, code: int = 0) -> dict[str, dict[str, Any]]:
    said = call(root, "integrate", "--only", "training", "--format", "json", code=code).stdout
    (report,) = json.loads(said)["reports"]
    return {check["name"]: check for check in report["checks"]}


def edit(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


def test_the_stages_between_the_table_and_the_model_are_the_training(shop: Path) -> None:
    found = answers(shop)
    assert [name for name, one in found.items() if one["status"] == "fail"] == []
    passed = [name for name, one in found.items() if one["status"] == "pass"]
    assert passed == ["fits", "loss-falls", "no-nan:zeros", "no-nan:missing"]
    assert "in 30 iterations" in found["loss-falls"]["message"]
    # DVC's own, which it makes when it is asked for its stages.
    kept = "!! .dvc/tmp/\n!! .mlops-ext/\n"
    assert git(shop, "status", "--porcelain", "--ignored") == kept


def test_defects_are_named_with_the_line_of_the_script(shop: Path) -> None:
    edit(shop, "params.yaml", "0.2", "0.0")
    edit(shop, "src/prepare.py", "        amount, age", "        1 / visits\n        amount, age")
    found = answers(shop, code=1)
    assert found["loss-falls"]["status"] == "fail"
    assert found["no-nan:zeros"]["status"] == "fail"
    assert "ZeroDivisionError" in found["no-nan:zeros"]["message"]
    assert found["no-nan:zeros"]["where"] == "src/prepare.py:9"


def test_a_stage_that_fails_on_the_plain_rows_is_could_not_tell(shop: Path) -> None:
    edit(shop, "src/train.py", "import joblib", "import nowhere")
    (check,) = answers(shop, code=3).values()
    assert check["message"] == "ModuleNotFoundError: No module named 'nowhere'"
    assert check["where"] == "src/train.py:4"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ('stage = "trian"', "did you mean `train`?"),
        ('stage = "prepare"', "which file of step prepare is the model?"),
        ('table = "others"', "step train does not read data/others.csv"),
    ],
)
def test_what_the_settings_name_wrongly_is_misconfigured(shop: Path, setting: str, says: str) -> None:
    edit(shop, "mlops-ext.toml", "rows = 100", setting)
    if "stage" in setting:
        edit(shop, "mlops-ext.toml", 'file = "models/model.joblib"\n', "")
    edit(
        shop,
        "mlops-ext.toml",
        "[models.buyers]\n",
        '[data.others]\npath = "data/others.csv"\n\n[models.buyers]\n',
    )
    assert says in call(shop, "integrate", "--only", "training", code=2).stdout
