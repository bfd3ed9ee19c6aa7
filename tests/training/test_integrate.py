"""integrate asks the training tests in the team's environment, where nothing of mlops-ext is installed."""

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
plugins = ["ibis"]
python = "{python}"

[data.orders]
path = "orders.csv"
time = "since"
columns = {{ id = "id", label = "bought" }}

[models.buyers]
data = "orders"
"""
ADAPTER = """
from features import prepare
from sklearn.ensemble import GradientBoostingClassifier


def fit(frame, target, **params):
    return prepare(GradientBoostingClassifier(random_state=1, **params)).fit(frame, target)
"""
FEATURES = """
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def prepare(model):
    numbers = make_pipeline(SimpleImputer(), StandardScaler()), ["amount", "visits", "age"]
    words = OneHotEncoder(handle_unknown="ignore"), ["city"]
    return make_pipeline(make_column_transformer(numbers, words), model)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with a table, features below src, and an adapter."""
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "tests").mkdir()
    orders().to_csv(root / "orders.csv", index=False)
    (root / "mlops-ext.toml").write_text(SETTINGS.format(python=BOOSTERS))
    (root / "src" / "features.py").write_text(FEATURES)
    (root / "tests" / "training_adapter.py").write_text(ADAPTER)
    (root / ".gitignore").write_text(".mlops-ext/\n")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def report_of(root: Path, question: str = "training:buyers", code: int = 0) -> dict[str, Any]:
    said = json.loads(call(root, "integrate", "--only", "training", "--format", "json", code=code).stdout)
    (found,) = [report for report in said["reports"] if report["question"] == question]
    return dict(found)


def replace(root: Path, old: str, new: str, file: str = "tests/training_adapter.py") -> None:
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new))


def test_each_question_is_a_check_of_the_record_and_nothing_is_left_behind(
    shop: Path,
) -> None:
    call(shop, "integrate", "--html")
    (record,) = shop.glob(".mlops-ext/records/**/*.json")
    reports = json.loads(record.read_text())["predicate"]["reports"]
    (report,) = [one for one in reports if one["question"] == "training:buyers"]
    assert {check["status"] for check in report["checks"]} == {"pass"}
    assert len(report["checks"]) == 10
    assert report["looked_at"] == "tests/training_adapter.py"
    (curve,) = report["curves"]
    losses = curve["series"][0]["y"]
    assert losses[-1] < losses[0]
    assert "loss of the training test" in (shop / ".mlops-ext" / "integrate.html").read_text()
    assert git(shop, "status", "--porcelain", "--ignored") == "!! .mlops-ext/\n"


def test_a_no_closes_the_gate_and_names_the_question_and_the_line(shop: Path) -> None:
    replace(shop, "def prepare(model):", "import numpy as np\n\n\ndef prepare(model):", "src/features.py")
    replace(shop, "def fit", "def predict(model, frame):\n    return 0 / frame['visits'] + 1\n\n\ndef fit")
    said = call(shop, "integrate", "--only", "training", code=1).stdout
    assert "no-nan:zeros" in said
    assert "tests/training_adapter.py:7" in said


def test_an_adapter_that_can_not_be_imported_is_could_not_tell_with_its_line(shop: Path) -> None:
    replace(shop, "from features", "from feature")
    said = call(shop, "integrate", "--only", "training", code=3).stdout
    assert "No module named 'feature'" in said
    assert "tests/training_adapter.py:2" in said
    assert len(said.splitlines()) < 20
    assert "Traceback" not in said


def test_without_an_adapter_it_says_what_it_could_not_ask(shop: Path) -> None:
    (shop / "tests" / "training_adapter.py").unlink()
    report = report_of(shop, "training")
    assert [check["status"] for check in report["checks"]] == ["skipped"]
    assert "tests/training_adapter.py" in report["checks"][0]["message"]


def test_an_adapter_that_the_settings_name_has_to_be_there(shop: Path) -> None:
    replace(shop, 'data = "orders"', 'data = "orders"\ntraining = { adapter = "x.py" }', "mlops-ext.toml")
    assert "x.py" in call(shop, "integrate", "--only", "training", code=3).stdout


def test_a_process_that_dies_leaves_what_it_answered_and_names_what_it_did_not(shop: Path) -> None:
    replace(shop, "    return", "    import os\n    if len(frame) > 500:\n        os.abort()\n    return")
    report = report_of(shop, code=3)
    words = {check["name"]: check["status"] for check in report["checks"]}
    assert words["same-seed-same-model"] == words["loss-falls"] == "pass"
    assert words["overfits-a-few-rows"] == "error"
    assert "no-nan:zeros" not in words


def test_a_training_that_does_not_end_is_ended_with_the_time_for_the_answer(shop: Path) -> None:
    replace(shop, "plugins", 'deadline = "6s"\nplugins', "mlops-ext.toml")
    replace(shop, "    return", "    import time\n    time.sleep(3600)\n    return")
    report = report_of(shop, code=3)
    (check,) = report["checks"]
    assert check["status"] == "error"
    assert "did not end within" in check["message"]


def test_params_and_skipped_checks_come_from_the_settings(shop: Path) -> None:
    more = '\n[models.buyers.training]\nparams = { max_depth = 2 }\nskip = { "no-nan:huge" = "never here" }\n'
    with (shop / "mlops-ext.toml").open("a") as file:
        file.write(more)
    words = {check["name"]: check for check in report_of(shop)["checks"]}
    assert words["no-nan:huge"]["status"] == "skipped"
    assert words["no-nan:huge"]["message"] == "never here"
    replace(shop, "no-nan:huge", "no-nan:hug", "mlops-ext.toml")
    assert "did you mean `no-nan:huge`" in call(shop, "integrate", "--only", "training", code=2).stdout


def test_rows_of_the_adapter_need_no_table_here(shop: Path) -> None:
    (shop / "orders.csv").rename(shop / "elsewhere.txt")
    assert "orders.csv is not here" in call(shop, "integrate", "--only", "training", code=3).stdout
    with (shop / "tests" / "training_adapter.py").open("a") as file:
        file.write("\n\ndef rows():\n    import pandas as pd\n    return pd.read_csv('elsewhere.txt')\n")
    call(shop, "integrate", "--only", "training", code=0)


def test_a_table_that_may_be_missing_is_skipped_and_one_that_is_hidden_shows_no_value(shop: Path) -> None:
    replace(shop, "    return", '    raise ValueError("no such visit: secret")\n    return')
    said = call(shop, "integrate", "--only", "training", code=3).stdout
    assert "secret" in said
    replace(shop, '"orders.csv"', '"orders.csv"\nshow_values = false\nmissing = "skip"', "mlops-ext.toml")
    said = call(shop, "integrate", "--only", "training", code=3).stdout
    assert "secret" not in said
    assert "ValueError" in said
    (shop / "orders.csv").unlink()
    said = call(shop, "integrate", "--only", "training").stdout
    assert "orders.csv is not here" in said


def test_a_table_is_read_as_the_settings_say_it_is_written(shop: Path) -> None:
    orders().to_csv(shop / "orders.csv", index=False, sep="|", decimal=",", na_rep="-")
    csv = '"orders.csv"\ncsv = { delimiter = "|", decimal = ",", nulls = ["-"] }'
    replace(shop, '"orders.csv"', csv, "mlops-ext.toml")
    assert "passed   training" in call(shop, "integrate", "--only", "training").stdout
