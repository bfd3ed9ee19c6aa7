"""What is asked to be installed: without versions, in another encoding, in pairs that do not import."""

from __future__ import annotations

from pathlib import Path

import pytest
from calling import commit, git

from mlops_ext.contract.checks import FAIL
from mlops_ext.findings.examine import examine

from .conftest import LookAt, told

FREE = "unpinned-requirements"
PAIR = "incompatible-versions"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("requirements.txt", "# ours\nnumpy==2.1\npandas\n", 3),
        ("requirements/train.txt", "scikit-learn[extra] ; python_version > '3.10'\n", 1),
        ("requirements-dev.txt", "git+https://example.org/team/tool.git\n", 1),
        ("pyproject.toml", '[project]\nname = "x"\nversion = "1"\ndependencies = ["pandas"]\n', 4),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\npandas = "*"\n', 3),
        ("environment.yml", "dependencies:\n  - python=3.11\n  - pandas\n  - pip:\n    - mlflow==3.1\n", 3),
        ("environment.yml", "dependencies:\n  - pandas=2.1\n  - pip:\n    - mlflow\n", 4),
        ("setup.cfg", "[options]\ninstall_requires =\n  numpy>=1,<2\n  pandas\n", 4),
        ("setup.py", "from setuptools import setup\nsetup(install_requires=[\n  'pandas',\n])\n", 3),
        ("Pipfile", '[packages]\npandas = "*"\n', 2),
        ("requirements.txt", "pandas>=0\n", 1),
        ("requirements.in", "pandas\n", 1),
    ],
)
def test_requirements_without_versions(look_at: LookAt, path: str, text: str, line: int) -> None:
    assert told(look_at({path: text})) == [f"{FREE} {path}:{line}"]


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "numpy==2.1\npandas>=2,<3\n-r other.txt\n--no-binary :all:\n"},
        {"requirements.txt": "# pandas\n-e .\n./wheels/a.whl\n"},
        {
            "requirements.txt": "snorkel @ git+https://example.org/s.git@4d1555654496f0d9e089edc26a8aa102cdfbb5da\n"
        },
        {"requirements.txt": "pandas\n", "uv.lock": "version = 1\n"},
        {"requirements.txt": "-c constraints.txt\npandas\n", "constraints.txt": "pandas==2.1\n"},
        {"requirements.in": "pandas\n", "requirements.txt": "pandas==2.1\n"},
        {"requirements.txt": "pandas\n", "requirements.lock": "pandas==2.1\n"},
        {
            "pyproject.toml": '[project]\nname="x"\nversion="1"\ndependencies=["pandas"]\n',
            "requirements.txt": "pandas==2.1\n",
        },
        {
            "environment.yml": "dependencies:\n  - pandas=2.1\n"
            "  - conda-forge::numpy=1.26\n  - mlflow>=2.1,<3\n"
        },
        {"mlruns/0/r/artifacts/model/requirements.txt": "pandas\n", "requirements.txt": "pandas==2.1\n"},
        {"src/train.py": "import os\n"},
    ],
)
def test_versions_locks_and_comments_are_silent(look_at: LookAt, files: dict[str, str]) -> None:
    assert told(look_at(files)) == []


def test_the_way_out_is_a_lock_as_of_the_day_of_the_commit(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pandas\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    (found,) = [check for check in examine(tmp_path).checks if check.status == FAIL]
    day = git(tmp_path, "log", "-1", "--format=%cs").strip()
    assert found.hint.startswith(
        f"uv pip compile requirements.txt --exclude-newer {day} -o requirements.lock"
    )


def test_nothing_says_which_packages(look_at: LookAt) -> None:
    assert told(look_at({"train.py": "import pandas as pd\n"})) == [f"{FREE} train.py:1"]


@pytest.mark.parametrize(
    ("content", "severity"),
    [
        ("pandas==2.1\n".encode("utf-16"), "warning"),
        ("pandas==2.1\n".encode("utf-16-le"), "critical"),
        ("# café\npandas==2.1\n".encode("latin-1"), "critical"),
        (b"\xef\xbb\xbfpandas==2.1\n", "info"),
    ],
)
def test_requirements_that_are_not_utf8(look_at: LookAt, content: bytes, severity: str) -> None:
    (found,) = look_at({"requirements.txt": content})
    assert (found.name, found.where, found.severity) == ("undecodable-text", "requirements.txt:1", severity)


def test_what_is_asked_in_utf16_is_read_all_the_same(look_at: LookAt) -> None:
    assert told(look_at({"requirements.txt": "\npandas\n".encode("utf-16")})) == [
        "undecodable-text requirements.txt:1",
        f"{FREE} requirements.txt:2",
    ]


def test_a_neighbour_of_requirements_in_another_encoding(look_at: LookAt) -> None:
    found = look_at({"params.yaml": "# größe\na: 1\n".encode("latin-1"), "train.py": "# größe\n".encode()})
    assert told(found) == ["undecodable-text params.yaml:1"]


def test_data_may_have_any_encoding(look_at: LookAt) -> None:
    assert look_at({"data.csv": "größe\n".encode("latin-1"), "a.bin": b"\xff\xfe\0\1", "a.py": "# ü\n"}) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("evidently==0.7.23\npandas==3.1.1\n", "critical"),
        ("evidently==0.7.23\npandas\n", "warning"),
        ("pandas\nevidently\n", "warning"),
        ("evidently==0.7.23\npandas>=3\n", "warning"),
        ("pandas==2.0.3\nnumpy==2.1.0\n", "critical"),
        ("imbalanced_learn==0.12.0\nscikit-learn==1.6.1\n", "critical"),
        ("hyperopt==0.2.7\n", "warning"),
    ],
)
def test_pairs_that_resolve_and_do_not_import(look_at: LookAt, text: str, severity: str) -> None:
    (found,) = [check for check in look_at({"requirements.txt": text}) if check.name == PAIR]
    assert found.severity == severity


@pytest.mark.parametrize(
    "text",
    [
        "evidently==0.7.23\npandas==3.0.6\n",
        "evidently==0.7.23\npandas<3.1\n",
        "evidently==0.7.23\npandas>=2\nmlflow==2.11.0\nsetuptools==69.1\n",
        "pandas==2.0.3\nnumpy==1.26.4\n",
        "pandas==2.0.3\nnumpy>=1.20\n",
        "hyperopt==0.2.7\nsetuptools==69.1.1\n",
        "# evidently==0.7.23\npandas==3.1.1\n",
    ],
)
def test_pairs_that_are_kept_apart(look_at: LookAt, text: str) -> None:
    assert [check.name for check in look_at({"requirements.txt": text}) if check.name == PAIR] == []


def test_f80_a_pair_that_is_installed_is_named_with_both_versions(look_at: LookAt) -> None:
    files = {"requirements.txt": "evidently>=0.7,<0.8\npandas>=2,<4\n"}
    found = [one for one in look_at(files, evidently="0.7.23", pandas="3.1.1") if "installed" in one.message]
    assert [one.severity for one in found] == ["critical"]
    assert "evidently 0.7.23 does not import with pandas 3.1.1" in found[0].message
    assert found[0].where == "requirements.txt:1"


def test_f80_a_pair_in_a_lock(look_at: LookAt) -> None:
    lock = "evidently==0.7.23 \\\n    --hash=sha256:0\npandas==3.1.1 \\\n    --hash=sha256:1\n"
    assert told(look_at({"requirements.lock.txt": lock})) == [f"{PAIR} requirements.lock.txt:1"]


PACKAGES = '[[{0}]]\nname = "evidently"\nversion = "0.7.23"\n[[{0}]]\nname = "pandas"\nversion = "3.1.1"\n'


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uv.lock", PACKAGES.format("package")),
        ("poetry.lock", PACKAGES.format("package")),
        ("pylock.toml", PACKAGES.format("packages")),
        (
            "Pipfile.lock",
            '{"default": {"evidently": {"version": "==0.7.23"},\n "pandas": {"version": "==3.1.1"}}}\n',
        ),
    ],
)
def test_f80_a_pair_in_the_lock_of_a_tool(look_at: LookAt, path: str, text: str) -> None:
    (found,) = [one for one in look_at({path: text, "pyproject.toml": ""}) if one.name == PAIR]
    assert (found.where.partition(":")[0], found.severity) == (path, "critical")


def test_f80_a_pair_that_nobody_asked_for(look_at: LookAt) -> None:
    (found,) = look_at({"README.md": ""}, evidently="0.7.23", pandas="3.1.1")
    assert (found.name, found.where, found.severity) == (PAIR, "project environment", "critical")
