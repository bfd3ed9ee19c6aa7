"""Only DVC is installed: no MLflow, no suites, no engine. Nothing is red for what nobody can ask."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from calling import commit
from functional.small import Small

OTHERS = re.compile(
    r"_?(editable_impl_)?(mlops_ext_(?!dvc)|mlflow|great_expectations|evidently|ibis|duckdb)", re.IGNORECASE
)
PIPELINE = """
stages:
  train:
    cmd: python train.py
    deps: [train.py, data/raw.csv]
    outs: [model.txt]
    metrics: [metrics.json: {cache: false}]
"""
TRAIN = """
import csv, json
rows = list(csv.DictReader(open("data/raw.csv")))
json.dump({"rows": len(rows)}, open("metrics.json", "w"))
open("model.txt", "w").write("model")
"""
ROWS = "id,hour\n" + "".join(f"{number},{number % 24}\n" for number in range(50))


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with all that is installed here but other plugins and their tools."""
    place = tmp_path_factory.mktemp("lone") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not OTHERS.match(entry.name):
            (site / entry.name).symlink_to(entry)
    return place / "bin" / "python"


@pytest.fixture
def alone(lone: Path, empty_store: Path, tmp_path: Path) -> Small:
    """A repository of DVC's that never heard of us."""
    made = Small(tmp_path / "small", empty_store, python=lone)
    for name in ("mlops-ext.toml", "mlflow.db"):
        (made.project / name).unlink()
    made.write({"dvc.yaml": PIPELINE, "train.py": TRAIN, "data/raw.csv": ROWS, ".gitignore": ""})
    made.dvc("add", "-q", "data/raw.csv")
    commit(made.root)
    return made


def said(project: Small, *words: str, code: int) -> str:
    done = project.call(*words, code=code)
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_from_init_to_a_package_nothing_is_red_for_what_nobody_asked(alone: Small) -> None:
    said(alone, "init", "--yes", code=0)
    settings = (alone.project / "mlops-ext.toml").read_text()
    assert 'plugins = ["dvc"]' in settings
    assert 'path = "data/raw.csv"' in settings

    told = said(alone, "integrate", code=1)
    assert "train never ran: dvc.lock has nothing of it" in told
    assert "modified" not in told

    assert "1 of 1 steps ran" in said(alone, "develop", code=0)
    assert "rows 50" in said(alone, "develop", code=0)
    commit(alone.root)
    told = said(alone, "integrate", code=0)
    assert "no plugin in `plugins` opens tables" in told
    assert "no folder tests" in told
    assert "package small" in told
    said(alone, "doctor", code=0)


def test_a_table_that_somebody_asks_about_needs_an_engine(alone: Small) -> None:
    said(alone, "init", "--yes", code=0)
    said(alone, "develop", code=0)
    schema = '[columns.id]\ntype = "integer"\n'
    settings = (alone.project / "mlops-ext.toml").read_text()
    asked = settings.replace('path = "data/raw.csv"', 'path = "data/raw.csv"\nschema = "schema.toml"')
    alone.write({"schema.toml": schema, "mlops-ext.toml": asked})
    assert 'add "ibis" to `plugins`' in said(alone, "integrate", code=2)


def test_a_champion_without_a_registry_is_a_setting_to_mend(alone: Small) -> None:
    said(alone, "init", "--yes", code=0)
    told = said(alone, "develop", "--compare", "champion", code=2)
    assert "[models.<name>]" in told
    with (alone.project / "mlops-ext.toml").open("a") as settings:
        settings.write('\n[models.late]\nfile = "model.txt"\n')
    told = said(alone, "develop", "--compare", "champion", code=2)
    assert "no plugin in `plugins` is a model registry" in told
    assert 'add "mlflow" to `plugins`' in told
    assert not (alone.project / "model.txt").exists()


def test_a_champion_that_nobody_released_could_not_be_told(small: Small) -> None:
    small.write({"dvc.yaml": PIPELINE, "train.py": TRAIN, "data/raw.csv": ROWS})
    with (small.project / "mlops-ext.toml").open("a") as settings:
        settings.write('\n[models.late]\nfile = "model.txt"\n')
    told = said(small, "develop", "--compare", "champion", code=3)
    assert "late has no champion to compare with" in told
