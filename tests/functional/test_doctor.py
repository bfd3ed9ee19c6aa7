"""`mlops-ext doctor` as a user calls it, on repositories without settings and with them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from calling import call, commit, git
from projects.make import HERE, ROOT

SCHEMA = json.loads((ROOT / "docs/reference/schemas/result.json").read_text("utf-8"))
FLIGHTS = ROOT / "docs/examples/flights"
FILES = {
    "dvc.yaml": "stages:\n  train:\n    cmd: python train.py || true\n    deps: [train.py]\n",
    "train.py": "import mlflow\nmlflow.set_tracking_uri('http://localhost:5000')\n",
    "requirements.txt": "mlflow\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with four faults and no settings."""
    root = tmp_path / "repository"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text)
    git(root, "init", "-q")
    commit(root)
    return root


def test_findings_under_their_files_the_worst_first(repository: Path) -> None:
    told = call(repository, "doctor", code=1).stdout
    lines = told.splitlines()
    assert re.match(r"skipped  mlops-ext  not asked .* none yet, so no plugin was asked", lines[0])
    assert re.match(r"failed   mlops-ext  \d+ of \d+ .* 3 files: 1 Python, 1 YAML, 1 other", lines[1])
    heads = [line for line in lines if line in FILES or re.match(r" +\d+ (?:failed|warning) ", line)]
    assert heads == [
        "dvc.yaml",
        "     1 failed   dvc-not-initialised",
        "     3 failed   swallowed-failure",
        "requirements.txt",
        "     1 warning  unpinned-requirements",
        "train.py",
        "     2 warning  localhost-tracking",
    ]
    assert re.match(r"doctor failed: 4 findings \(2 critical, 2 warning\) by \d+ rules in ", lines[-1])
    assert git(repository, "status", "--porcelain") == ""


def test_json_is_as_published_and_names_the_page(repository: Path) -> None:
    document = json.loads(call(repository, "doctor", "--format", "json", code=1).stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (found,) = [one for one in document["details"] if one["title"] == "localhost-tracking"]
    assert (found["word"], found["where"]) == ("warning", "train.py:2")
    assert found["page"] == "docs/reference/findings.md#localhost-tracking"
    (report,) = [one for one in document["reports"] if one["question"] == "repository"]
    assert {"name": "committed-database", "status": "pass"}.items() <= {
        key: value
        for check in report["checks"]
        if check["name"] == "committed-database"
        for key, value in check.items()
    }.items()


def test_annotations_have_file_line_and_title(repository: Path) -> None:
    odd = "50%, a:b.py"
    (repository / odd).write_text(
        "from sklearn.model_selection import train_test_split\ntrain_test_split(x)\n"
    )
    git(repository, "add", "-A")
    told = call(repository, "doctor", "--format", "github", code=1).stdout
    assert "\n::error file=dvc.yaml,line=3,title=swallowed-failure::stage train: " in told
    assert "\n::warning file=50%25%2C a%3Ab.py,line=2,title=unseeded-split::" in told


def test_warnings_alone_are_no_failure(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pandas\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    told = call(tmp_path, "doctor", code=0).stdout
    assert told.splitlines()[-1].startswith("doctor passed: 1 finding (1 warning)")


def test_settings_that_cannot_be_used_keep_their_code_and_findings_are_shown(repository: Path) -> None:
    (repository / "mlops-ext.toml").write_text('plugins = []\nname = "x"\nnonsense = 1\n')
    told = call(repository, "doctor", code=2).stdout
    assert "nonsense" in told
    assert "     3 failed   swallowed-failure" in told


def test_with_settings_the_setup_is_examined_too(repository: Path) -> None:
    (repository / "mlops-ext.toml").write_text('plugins = []\nname = "x"\n')
    told = call(repository, "doctor", code=1).stdout
    assert "\nfailed   mlops-ext" in told
    assert told.startswith("passed   mlops-ext")


def test_f80_the_project_environment_is_read_and_not_started(repository: Path) -> None:
    site = repository / ".venv/lib/python3.12/site-packages"
    for name in ("evidently-0.7.23", "pandas-3.1.1"):
        (site / f"{name}.dist-info").mkdir(parents=True)
        (site / f"{name}.dist-info/METADATA").write_text("Metadata-Version: 2.1\n")
    (repository / ".venv/bin").mkdir()
    (repository / ".venv/bin/python").write_text("#!/bin/sh\ntouch started\n")
    (repository / ".venv/bin/python").chmod(0o755)
    told = call(repository, "doctor", code=1).stdout
    assert "\nproject environment\n       failed   incompatible-versions\n" in told
    assert "evidently 0.7.23 does not import with pandas 3.1.1" in told
    assert not (repository / "started").exists()


STAGE = "stages:\n  a:\n    cmd: python a.py\n"


@pytest.mark.parametrize(
    ("files", "rule", "says"),
    [
        ({"dvc.yaml": STAGE}, "dvc-not-initialised", "not inside of a DVC repository"),
        (
            {"dvc.yaml": STAGE + "    deps: [gone.csv]\n"},
            "missing-dependency",
            "dependency 'gone.csv' does not exist",
        ),
        (
            {"dvc.yaml": STAGE + "    outs: [b.csv]\n", "a.py": "open('c.csv', 'w')\n"},
            "output-not-written",
            "output 'b.csv' does not exist",
        ),
        (
            {"dvc.yaml": STAGE + "    outs: [b]\n", "a.py": "open('b', 'w')\n", "b": "1\n"},
            "output-in-git",
            "output 'b' is already tracked by SCM",
        ),
    ],
)
def test_dvc_itself_says_what_the_finding_says(
    tmp_path: Path, files: dict[str, str], rule: str, says: str
) -> None:
    bin_ = Path(sys.executable).parent
    env = {**os.environ, "DVC_NO_ANALYTICS": "1", "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"}
    git(tmp_path, "init", "-q")
    if rule != "dvc-not-initialised":
        subprocess.run([bin_ / "dvc", "init", "-q"], cwd=tmp_path, env=env, check=True)
    for name, text in {"a.py": "print(1)\n", **files}.items():
        (tmp_path / name).write_text(text)
    commit(tmp_path)
    told = call(tmp_path, "doctor", code=1).stdout
    assert re.findall(r"^ +\d+ failed +(\S+)$", told, re.MULTILINE) == [rule]
    ran = subprocess.run([bin_ / "dvc", "repro"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert ran.returncode != 0
    assert says in ran.stderr


def test_nothing_of_theirs_is_run(tmp_path: Path) -> None:
    trap = "import pathlib\npathlib.Path('ran').write_text('')\n"
    files = ("train.py", "setup.py", "conftest.py", "sitecustomize.py", "yaml.py", "mlops_ext.py")
    for name in files:
        (tmp_path / name).write_text(trap)
    (tmp_path / "dvc.yaml").write_text("stages:\n  a:\n    cmd: touch ran\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    call(tmp_path.parent, "doctor", "--project", str(tmp_path), code=1)
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path.parent / "ran").exists()


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "ml/.dvc").mkdir(parents=True)
    (tmp_path / "ml/.dvc/config").write_text("['remote \"r\"']\n    url = /home/me/dvc\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/requirements.txt").write_text("pandas\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    told = call(tmp_path / "ml", "doctor", code=1).stdout
    assert "\nml/.dvc/config\n     2 failed   remote-of-another-machine\n" in told
    assert "other/requirements.txt" not in told


@pytest.mark.parametrize("source", [FLIGHTS, HERE / "tiny"], ids=["flights", "tiny"])
def test_no_false_finding_in_projects_that_are_well(source: Path, tmp_path: Path) -> None:
    """The example and the tests' own project, as repositories under DVC with their data."""
    root = tmp_path / "project"
    shutil.copytree(source, root)
    git(root, "init", "-q")
    (root / ".dvc").mkdir()
    (root / ".dvc/config").write_text("")
    for data in re.findall(r"data/\w+\.parquet", (root / "dvc.yaml").read_text()):
        (root / f"{data}.dvc").write_text(f"outs:\n- path: {Path(data).name}\n")
    commit(root)
    told = call(root, "doctor", code=None).stdout
    found = re.findall(r"^ +\d+ (?:failed|warning|info) +(\S+)$", told, re.MULTILINE)
    # tiny is run in the environment of the tests and asks for no packages itself.
    assert found == ([] if source == FLIGHTS else ["unpinned-requirements"]), told
