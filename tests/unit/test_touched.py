"""Which staged files can change an answer: those that the settings or a file of DVC's name, in any way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from calling import commit, git, put

from mlops_ext.stages.touched import untouched

FILES = {
    "ml/mlops-ext.toml": """
name = "p"
plugins = []
[data.visits]
path = "tables/visits.csv"
schema = "contracts/visits.toml"
[great-expectations]
folder = "quality"
""",
    "ml/dvc.yaml": """
vars: [names.yaml]
stages:
  train:
    wdir: work
    cmd: python train.py
    deps: [train.py, ../library, "${input}"]
    params: [alpha, settings.json: [beta]]
    outs: [model.bin]
""",
    "ml/names.yaml": "input: raw/in.csv\n",
    "ml/dvc.lock": json.dumps({"stages": {"train": {"deps": [{"path": "old.py"}]}}}),
    "ml/library/one.py": "",
    "ml/work/train.py": "",
    "notes.txt": "",
}


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("committed")
    for name, text in FILES.items():
        put(root, name, text)
    git(root, "init", "-q", "--template=")
    commit(root)
    return root


@pytest.fixture
def repository(committed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(committed, tmp_path / "team"))


def asked(root: Path, *questions: str) -> str:
    """The questions that have to be asked of what is staged."""
    words = questions or ("pipeline", "data")
    return " ".join(word for word in words if untouched(root / "ml", "", (word,)) is None)


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("notes.txt", ""),
        ("Makefile", ""),
        ("src/other.py", ""),
        ("ml/other.csv", ""),
        ("ml/work/notes.txt", ""),
        ("train.py", ""),
        ("ml/mlops-ext.toml", "settings pipeline data"),
        ("pyproject.toml", "settings pipeline data"),
        ("ml/dvc.yaml", "pipeline data"),
        ("ml/dvc.lock", "pipeline data"),
        ("ml/tables/visits.csv.dvc", "pipeline data"),
        (".dvc/config", "pipeline data"),
        ("ml/.dvcignore", "pipeline data"),
        ("ml/tables/visits.csv", "pipeline data"),
        ("ml/contracts/visits.toml", "pipeline data"),
        ("ml/quality/expectations/visits.json", "pipeline data"),
        ("ml/gx/expectations/visits.json", "data"),
        ("ml/names.yaml", "pipeline"),
        ("ml/work/train.py", "pipeline"),
        ("ml/library/deep/two.py", "pipeline"),
        ("ml/library", "pipeline"),
        ("ml/work/raw/in.csv", "pipeline"),
        ("ml/work/params.yaml", "pipeline"),
        ("ml/work/settings.json", "pipeline"),
        ("ml/work/model.bin", "pipeline"),
        ("ml/old.py", "pipeline"),
    ],
)
def test_a_file_starts_the_questions_that_read_it(repository, name, questions):
    if name == "ml/library":
        git(repository, "rm", "-q", "-r", "ml/library")
    put(repository, name, "# more\n" + FILES.get(name, ""))
    git(repository, "add", "-A")
    assert asked(repository, "settings", "pipeline", "data") == questions


def test_a_file_that_goes_away_or_gets_another_name_counts(repository):
    git(repository, "mv", "ml/library/one.py", "elsewhere.py")
    assert asked(repository) == "pipeline"


def test_one_file_among_many_is_enough(repository):
    for number in range(30):
        put(repository, f"other/{number}.py", "")
    git(repository, "add", "-A")
    assert asked(repository) == ""
    put(repository, "ml/work/train.py", "more")
    git(repository, "add", "-A")
    assert asked(repository) == "pipeline"


def test_nothing_staged_is_a_question_about_the_last_commit(repository):
    put(repository, "ml/work/train.py", "not staged")
    assert asked(repository) == "pipeline data"


def test_what_is_asked_is_said(repository):
    put(repository, "notes.txt", "more")
    git(repository, "add", "-A")
    outcome = untouched(repository / "ml", "", ("pipeline", "data"))
    assert outcome is not None
    assert outcome.verdict.passed
    assert outcome.summary == "nothing to check: of 1 staged file none is read for pipeline and data"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ml/dvc.yaml", "stages: ["),
        ("ml/dvc.yaml", "stages: {a: {cmd: x, deps: ['${unknown.name}']}}"),
        ("ml/dvc.yaml", "stages: {a: {cmd: x, deps: [..]}}"),
    ],
)
def test_a_pipeline_that_can_t_be_followed_is_asked_always(repository, name, text):
    put(repository, name, text)
    commit(repository)
    put(repository, "ml/notes.txt", "more")
    git(repository, "add", "-A")
    assert "pipeline" in asked(repository)


@pytest.mark.parametrize("text", ["plugins = [", None])
def test_settings_that_are_not_there_are_told_by_the_stage(repository, text):
    if text is None:
        git(repository, "rm", "-q", "ml/mlops-ext.toml")
    else:
        put(repository, "ml/mlops-ext.toml", text)
    commit(repository)
    put(repository, "notes.txt", "more")
    git(repository, "add", "-A")
    assert asked(repository) == "pipeline data"


def test_other_questions_are_always_asked(repository):
    put(repository, "notes.txt", "more")
    git(repository, "add", "-A")
    assert untouched(repository / "ml", "", ("tests",)) is None
    assert untouched(repository / "ml", "", ("data", "sample")) is None
