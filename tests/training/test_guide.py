"""The guide's adapter, settings and command, as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from calling import call, git

from training.asking import BOOSTERS, ROOT
from training.tables import orders

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(reversed(FENCE.findall((ROOT / "docs" / "guides" / "training-tests.md").read_text("utf-8"))))
FEATURES = """
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["amount", "visits", "age"]


def make_model(C=1.0):
    return make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(C=C))
"""
SETTINGS = """
[tool.mlops-ext]
name = "shop"
plugins = []
python = "{python}"

[tool.mlops-ext.data.orders]
path = "orders.csv"
time = "since"
columns = {{ id = "id", label = "bought" }}

[tool.mlops-ext.models.buyers]
data = "orders"

"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository that follows the guide."""
    for name, text in {
        "tests/training_adapter.py": BLOCKS["python"],
        "src/features.py": FEATURES,
        "pyproject.toml": SETTINGS.format(python=BOOSTERS) + BLOCKS["toml"],
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    orders().to_csv(tmp_path / "orders.csv", index=False)
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def test_its_adapter_and_its_settings_are_asked(shop: Path) -> None:
    said = call(shop, "integrate", "--only", "training").stdout
    assert "9 checks" in said
    assert "amounts are capped at the till" in said


def by_hand(shop: Path, *more: str) -> subprocess.CompletedProcess[str]:
    dollar, *words = shlex.split(BLOCKS["console"])
    assert (dollar, words[0]) == ("$", "pytest")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [BOOSTERS, "-W", "error", "-m", *words, "-p", "no:cacheprovider", *more]
    return subprocess.run(command, cwd=shop, env=env, capture_output=True, text=True)


def test_its_command_asks_the_same_by_hand(shop: Path) -> None:
    done = by_hand(shop)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_by_hand_a_no_is_a_few_lines_and_some_can_be_picked_or_left_out(shop: Path) -> None:
    adapter = shop / "tests" / "training_adapter.py"
    adapter.write_text(adapter.read_text().replace("target)", "target.sample(frac=1))"))
    done = by_hand(shop, "-k", "same-seed or unseen", "--training-skip", "no-nan:unseen")
    assert done.returncode == 1
    assert "1 failed, 1 skipped, 8 deselected" in done.stdout
    assert "the same code gives another model each time" in done.stdout
    assert "Traceback" not in done.stdout
