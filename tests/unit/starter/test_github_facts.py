"""What callers are written from: which Python, which requirements, which keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from calling import git

from mlops_ext.findings.look import Look
from mlops_ext.reading.storage import default_remote
from mlops_ext.reading.tree import Tree
from mlops_ext.starter.github.pythons import python_of
from mlops_ext.starter.github.required import requirements_of
from mlops_ext.starter.github.variables import remarks, variables

Make = Callable[..., Tree]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Files of a repository; `project` is a folder of it."""

    def tree(files: dict[str, str], project: str = ".") -> Tree:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        git(tmp_path, "init", "-q")
        return Tree(tmp_path / project)

    return tree


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.12,<3.14"\n'}, "3.12"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}, ""),
        ({"pyproject.toml": '[project]\nrequires-python = ">3.11"\n'}, ""),
        ({"pyproject.toml": '[project]\nrequires-python = "==3.13.*"\n'}, "3.13"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.13"\n'}, "3.13"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\n'}, "3.12"),
        ({"setup.py": "setup(\n    python_requires='<3.12',\n)\n"}, "3.11"),
        ({"runtime.txt": "python-3.11.9\n"}, "3.11"),
        ({".tool-versions": "nodejs 22\npython 3.12.1\n"}, "3.12"),
        ({"environment.yml": "dependencies:\n- python=3.12\n"}, "3.12"),
        ({"Dockerfile": "FROM docker.io/library/python:3.14-slim\n"}, "3.14"),
        ({".github/workflows/a.yml": "jobs: {a: {strategy: {python-version: ['3.9', '3.13']}}}"}, "3.13"),
        ({".github/workflows/a.yml": "jobs: {a: [}"}, ""),
        ({".python-version": "3.13\n", "Dockerfile": "FROM python:3.8\n"}, "3.13"),
    ],
)  # fmt: skip
def test_the_python_is_the_one_that_the_files_name(make: Make, files: dict[str, str], version: str) -> None:
    assert python_of(make(files)) == (version, ())


def test_what_stands_at_the_top_is_of_the_project_too(make: Make) -> None:
    tree = make({".python-version": "3.12\n", "requirements.txt": "x\n", "ml/dvc.yaml": "stages: {}\n"}, "ml")
    assert python_of(tree) == ("3.12", ())
    assert requirements_of(tree, "") == ("requirements.txt", ())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"Dockerfile": "FROM python:3.8\n"}, "Dockerfile: Python 3.8"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.8,<3.11"\n'}, "pyproject.toml: Python 3.10"),
    ],
)
def test_one_that_is_too_old_for_the_tools_is_said(make: Make, files: dict[str, str], said: str) -> None:
    version, (remark,) = python_of(make(files))
    assert version == ""
    assert remark.startswith(said)


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("requirements.txt", "requirements-dev.txt", "requirements-old.txt"), "ml/requirements.txt"),
        (("requirements.lock", "requirements.txt"), "ml/requirements.lock"),
        (("src/requirements.txt", "docs/requirements.txt"), "ml/src/requirements.txt"),
        (("a/b/requirements.txt", "tests/requirements.txt"), "requirements.txt"),
    ],
)
def test_the_plainest_requirements_of_the_project(make: Make, names: tuple[str, ...], taken: str) -> None:
    tree = make({"requirements.txt": "x\n", **{f"ml/{name}": "x\n" for name in names}}, "ml")
    assert requirements_of(tree, "") == (taken, ())


def test_those_of_who_tests_where_they_hold_the_others(make: Make) -> None:
    tree = make({"requirements.txt": "x\n", "requirements-dev.txt": "-r requirements.txt\npytest\n"})
    assert requirements_of(tree, "") == ("requirements-dev.txt", ())


def test_the_lock_of_the_settings_comes_first(make: Make) -> None:
    files = {"ml/requirements.txt": "x\n", "ml/env/requirements-all.lock": "x\n", "ml/uv.lock": "\n"}
    assert (
        requirements_of(make(files, "ml"), "env/requirements-all.lock")[0] == "ml/env/requirements-all.lock"
    )
    assert requirements_of(make(files, "ml"), "uv.lock")[0] == "ml/requirements.txt"


@pytest.mark.parametrize(
    ("file", "text", "how"),
    [
        ("uv.lock", "version = 1\n", "uv export --frozen"),
        ("poetry.lock", "\n", "poetry export"),
        ("environment.yml", "name: x\n", "a runner that has conda's environment"),
        ("pyproject.toml", "[project]\nname = 'x'\ndependencies = ['pandas']\n", "uv pip compile"),
    ],
)
def test_without_a_requirements_file_it_says_how_to_write_one(
    make: Make, file: str, text: str, how: str
) -> None:
    found, (remark,) = requirements_of(make({file: text}), "")
    assert found == ""
    assert remark.startswith(f"{file}: the workflows make the project environment from a requirements file")
    assert how in remark


def test_a_project_that_asks_for_nothing_needs_no_file(make: Make) -> None:
    assert requirements_of(make({"pyproject.toml": "[project]\nname = 'x'\n"}), "") == ("", ())


CONFIG = "[core]\n    remote = {}\n['remote \"a\"']\n    url = {}\n['remote \"b\"']\n    url = ssh://h/p\n"


@pytest.mark.parametrize(
    ("url", "names", "said"),
    [
        ("s3://bucket", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], ["needs a key"]),
        ("azure://box", ["AZURE_STORAGE_CONNECTION_STRING"], ["needs a key"]),
        ("gdrive://id", ["GDRIVE_CREDENTIALS_DATA"], ["needs a key"]),
        ("gs://bucket", [], ["needs a key", "no variable brings the key"]),
        ("https://example.org/dvc", [], []),
        ("https://example.org/dvc\n    auth = basic", [], ["needs a key", "no variable brings the key"]),
        ("/mnt/share", [], []),
        ("file:///mnt/share", [], []),
    ],
)
def test_keys_of_the_remote(make: Make, url: str, names: list[str], said: list[str]) -> None:
    tree = make({".dvc/config": CONFIG.format("a", url)})
    assert list(variables(Look(tree), "")) == names
    found = list(remarks(default_remote(tree), True))
    assert len(found) == len(said)
    assert all(words in remark for words, remark in zip(said, found, strict=True))


def test_no_remote_is_said_where_dvc_keeps_something(make: Make) -> None:
    tree = make({".dvc/config": ""})
    assert default_remote(tree) is None
    assert len(list(remarks(None, True))) == 1
    assert not list(remarks(None, False))


def test_the_remote_of_the_nearest_configuration(make: Make) -> None:
    files = {".dvc/config": CONFIG.format("b", "s3://top"), "ml/dvc.yaml": "stages: {}\n"}
    found = default_remote(make(files, "ml"))
    assert found is not None
    assert (found.name, found.kind, found.variables) == ("b", "ssh", ())
    own = default_remote(make({"ml/.dvc/config": CONFIG.format("a", "s3://own")}, "ml"))
    assert own is not None
    assert own.url == "s3://own"


@pytest.mark.parametrize(
    "code",
    [
        "mlflow.set_tracking_uri('http://localhost:5000')",
        "mlflow.set_tracking_uri(os.environ.get('URI', 'https://a.example.org'))",
        "mlflow.set_tracking_uri('https://a.example.org')\nmlflow.set_tracking_uri('https://b.example.org')",
        "mlflow.set_tracking_uri('https://me:word@a.example.org')",
        "mlflow.set_tracking_uri('https://a.example.org/<user>')",
    ],
)
def test_a_server_that_is_not_plain_from_the_code_is_not_written_down(make: Make, code: str) -> None:
    assert variables(Look(make({"a.py": f"import os\nimport mlflow\n{code}\n"})), "") == {}
