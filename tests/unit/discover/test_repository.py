"""What a repository says of its team's tools, environment and label; its code is read and never run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from calling import commit, git

from mlops_ext.discover.environment import find_python, say_environment
from mlops_ext.discover.repository import look
from mlops_ext.discover.root import project_root
from mlops_ext.errors import UsageError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        (root / name.replace("__", "/")).parent.mkdir(parents=True, exist_ok=True)
        (root / name.replace("__", "/")).write_text(text)


def test_requirements_in_utf_16_are_read(root):
    (root / "requirements.txt").write_bytes("mlflow==2.9\r\n".encode("utf-16"))
    assert "mlflow" in look(root).uses


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("environment.yml", "dependencies:\n  - pip:\n    - mlflow>=2\n"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nmlflow = "^2.9"\n'),
        ("Pipfile", '[packages]\nmlflow = "*"\n'),
        ("train.py", "import mlflow.sklearn\n"),
        (
            "train.ipynb",
            json.dumps({"cells": [{"cell_type": "code", "source": ["%pip x\n", "import mlflow"]}]}),
        ),
    ],
)
def test_a_tool_is_used_wherever_it_is_named(root, name, text):
    (root / name).write_text(text)
    assert "mlflow" in look(root).uses


def test_a_tool_that_is_only_talked_of_is_not_used(root):
    (root / "requirements.txt").write_text("# mlflow one day\nmlflow-export-import\n")
    assert "mlflow" not in look(root).uses


def test_code_is_read_and_not_run(root):
    (root / "train.py").write_text("raise SystemExit(open('ran', 'w'))\n")
    look(root)
    assert not (root / "ran").exists()


def test_python_of_another_age_is_said_with_its_line(root):
    (root / "old.py").write_text("x = 1\nprint 'x'\n")
    assert any(said.startswith("old.py:") and "line 2" in said for said in look(root).remarks)


@pytest.mark.parametrize(
    "text",
    [
        'y = df["churn"]',
        'y_train = train[["churn"]].values.ravel()',
        "X, y = df.drop('churn', axis=1).values, df.churn.values",
        "X = df.drop(columns=['churn'])",
        'target = frame["churn"].astype(int)',
    ],
)
def test_the_label_is_what_the_code_calls_the_truth(root, text):
    (root / "train.py").write_text(text + "\n")
    assert look(root).code.targets == {"churn": 2 if "X, y" in text else 1}


def test_other_columns_are_no_label(root):
    (root / "train.py").write_text('age = df["age"]\nX = df.drop(columns=["a", "b"])\nyear = df["year"]\n')
    assert look(root).code.targets == {}


def test_the_environment_in_the_project_is_used(root):
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "pyvenv.cfg").touch()
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (root / ".venv" / "inside.csv").write_text("a,b\n1,2\n")
    assert find_python(root) == ".venv/bin/python"
    assert look(root).tables == ()


@pytest.mark.parametrize(
    ("file", "text", "tool"),
    [
        ("poetry.lock", "", "Poetry"),
        ("pyproject.toml", "[tool.poetry]\nname = 'x'\n", "Poetry"),
        ("environment.yml", "", "conda"),
        ("uv.lock", "", "uv"),
        ("Pipfile", "", "Pipenv"),
    ],
)
def test_who_makes_an_environment_that_is_elsewhere_is_said(root, monkeypatch, file, text, tool):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (root / file).write_text(text)
    assert tool in next(say_environment(root, ""))


def test_files_that_git_ignores_are_not_the_repositorys(root):
    write(root, a__b="", build__c="", **{".gitignore": "/a/\n"})
    assert look(root).files == (".gitignore",)


def test_outside_of_git_all_files_count(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert [table.path for table in look(tmp_path).tables] == ["t.csv"]


def test_of_several_dvc_projects_one_has_to_be_picked(root):
    for name in ("one", "two"):
        (root / name / ".dvc").mkdir(parents=True)
    with pytest.raises(UsageError, match="one, two"):
        project_root(root)
    assert project_root(root / "two") == root / "two"


def test_a_dvc_folder_above_the_repository_is_not_its_own(tmp_path):
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "inside").mkdir()
    git(tmp_path / "inside", "init", "-q")
    assert project_root(tmp_path / "inside") == tmp_path / "inside"


def test_the_name_of_poetry_is_proposed_since_nobody_else_reads_it(root):
    (root / "pyproject.toml").write_text('[tool.poetry]\nname = "churn"\n')
    commit(root)
    found = look(root)
    assert (found.name, found.said_name) == ("churn", False)
    git(root, "remote", "add", "origin", "https://example.org/team/other.git")
    assert (look(root).name, look(root).said_name) == ("other", True)
