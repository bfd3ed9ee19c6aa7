"""`init --github`: which callers it writes, from what it finds, and that it overwrites nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from calling import call, commit, git
from harness.kill import LAUNCHER
from workflows.linters import LINTERS, lint

from mlops_ext.findings.called import PERMISSIONS
from mlops_ext.starter.github.pins import read_pin

ROOT = Path(__file__).parents[2]
STAGES = ("integrate", "comment", "deliver", "trigger", "release", "monitor")
PLUGINS = '["dvc", "mlflow", "ibis", "serve"]'
SETTINGS = f"""name = "flights"
plugins = {PLUGINS}
[models.delay]
[targets.test]
[targets.pre-production]
[targets.production]
after = {{ target = "pre-production" }}
approval = "github"
"""
S3 = "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://bucket/dvc\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with settings that all stages can work with."""
    return make(tmp_path / "repository", {"mlops-ext.toml": SETTINGS})


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def written(root: Path, stage: str) -> dict[str, Any]:
    """A caller as GitHub reads it; `on` is a truth to YAML 1.1."""
    content = yaml.safe_load((root / f".github/workflows/mlops-ext-{stage}.yml").read_text())
    return {("on" if key is True else key): value for key, value in content.items()}


def init(root: Path, *words: str) -> str:
    return call(root, "init", "--github", "--yes", *words).stdout


def test_six_callers_by_commit_with_least_permissions(repository: Path) -> None:
    said = init(repository)
    assert "gh workflow run mlops-ext-deliver.yml -f target=production\n" in said
    names = sorted(path.name for path in (repository / ".github/workflows").iterdir())
    assert names == sorted(f"mlops-ext-{stage}.yml" for stage in STAGES)
    pin = read_pin()
    for stage in STAGES:
        caller = written(repository, stage)
        assert caller["permissions"] == {}
        assert "-caller-" in caller["concurrency"]["group"]
        for name, job in caller["jobs"].items():
            assert job["uses"] == f"{pin.repository}/.github/workflows/{name}.yml@{pin.commit}"
            asked = {word: level.split()[0] for word, level in PERMISSIONS[name].items()}
            assert job["permissions"] == asked
            assert "secrets" not in job


def test_integrate_starts_for_pull_requests_and_the_comment_after_it(repository: Path) -> None:
    init(repository)
    assert written(repository, "integrate")["on"] == {"pull_request": None}
    after = written(repository, "comment")["on"]["workflow_run"]["workflows"]
    assert after == [written(repository, "integrate")["name"]]


def test_the_targets_are_offered_and_approval_is_recorded_where_it_is_asked(repository: Path) -> None:
    init(repository)
    deliver = written(repository, "deliver")
    assert deliver["on"]["push"]["branches"] == ["**"]
    offered = deliver["on"]["workflow_dispatch"]["inputs"]["target"]["options"]
    assert offered == ["test", "pre-production", "production"]
    assert deliver["jobs"]["deliver"]["with"] == {
        "target": "${{ inputs.target }}",
        "approve": "${{ inputs.target == 'production' }}",
    }


def test_targets_of_other_names_are_chosen_by_the_branch(tmp_path: Path) -> None:
    targets = '[targets.dev]\n[targets.stage]\n[targets.live]\nafter = { target = "stage" }\n'
    root = make(tmp_path / "r", {"mlops-ext.toml": f'name = "x"\nplugins = {PLUGINS}\n{targets}'})
    git(root, "branch", "-m", "master")
    init(root)
    given = written(root, "deliver")["jobs"]["deliver"]["with"]
    chosen = "${{ inputs.target || (github.ref_name == 'master' && 'stage' || 'dev') }}"
    assert given == {"target": chosen}


def test_one_target_takes_the_protected_branch_alone(tmp_path: Path) -> None:
    text = f'name = "x"\nplugins = {PLUGINS}\nbase = "develop/2"\n[targets.live]\napproval = "github"\n'
    root = make(tmp_path / "r", {"mlops-ext.toml": text})
    init(root)
    deliver = written(root, "deliver")
    assert deliver["on"]["push"]["branches"] == ["develop/2"]
    assert deliver["jobs"]["deliver"]["with"]["approve"].endswith("== 'live' }}")


def test_a_run_is_followed_by_the_release_of_what_it_trained(repository: Path) -> None:
    (repository / "mlops-ext.toml").write_text(SETTINGS + '[models."a.b"]\n[models.a-b]\n')
    init(repository)
    jobs = written(repository, "trigger")["jobs"]
    assert list(jobs) == [
        "trigger-delay", "release-delay", "trigger-a-b", "release-a-b", "trigger-a-b-2", "release-a-b-2",
    ]  # fmt: skip
    assert [job["with"]["model"] for job in jobs.values()] == ["delay"] * 2 + ["a.b"] * 2 + ["a-b"] * 2
    assert jobs["release-a-b-2"]["needs"] == "trigger-a-b-2"
    assert jobs["release-a-b-2"]["if"] == "needs.trigger-a-b-2.outputs.model-version != ''"
    assert list(written(repository, "integrate")["jobs"]) == ["integrate"]


@pytest.mark.parametrize(
    ("plugins", "more", "stages"),
    [
        ("[]", "", ["comment", "integrate"]),
        ('["dvc"]', "[targets.test]\n", ["comment", "deliver", "integrate"]),
        ('["dvc"]', "", ["comment", "integrate"]),
        ('["dvc", "mlflow"]', "[models.a]\n", ["comment", "integrate", "release", "trigger"]),
    ],
)
def test_a_stage_that_would_have_nothing_to_do_is_left_out_and_said(
    tmp_path: Path, plugins: str, more: str, stages: list[str]
) -> None:
    root = make(tmp_path / "r", {"mlops-ext.toml": f'name = "x"\nplugins = {plugins}\n{more}'})
    said = init(root)
    there = [path.stem.removeprefix("mlops-ext-") for path in (root / ".github/workflows").iterdir()]
    assert sorted(there) == stages
    for stage in set(STAGES) - set(stages):
        assert f"left out .github/workflows/mlops-ext-{stage}.yml: not written, the settings name no" in said


def test_what_is_found_is_given_to_the_workflows(tmp_path: Path) -> None:
    files = {
        "ml/mlops-ext.toml": SETTINGS,
        "ml/.dvc/config": S3,
        "ml/requirements-dev.txt": "pytest\n",
        "ml/requirements.txt": "pandas==3.0.0\n",
        "ml/.python-version": "3.12.4\n",
        "requirements.txt": "mkdocs\n",
        "ml/train.py": "import mlflow\nmlflow.set_tracking_uri('https://mlflow.example.org/x')\n",
    }
    root = make(tmp_path / "r", files)
    said = init(root / "ml")
    given = {"project": "ml", "python-version": "3.12", "project-requirements": "ml/requirements.txt"}
    assert written(root, "integrate")["jobs"]["integrate"]["with"] == given
    assert "secrets" not in written(root, "integrate")["jobs"]["integrate"]
    lines = written(root, "trigger")["jobs"]["trigger"]["secrets"]["environment"].splitlines()
    assert lines == [
        "MLFLOW_TRACKING_URI=https://mlflow.example.org/x",
        *(
            f"{name}=${{{{ secrets.{name} }}}}"
            for name in (
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "MLFLOW_TRACKING_USERNAME",
                "MLFLOW_TRACKING_PASSWORD",
            )
        ),
    ]
    assert "secrets to set on GitHub: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, MLFLOW_" in said
    assert "store needs a key, and a pull request's job has none" in said


def test_secrets_keep_the_names_that_the_team_gave_them(tmp_path: Path) -> None:
    own = (
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - run: dvc pull\n      env:\n"
        "        AWS_ACCESS_KEY_ID: ${{ secrets.DATA_KEY }}\n"
        "        AWS_SECRET_ACCESS_KEY: ${{ secrets.A }}\n"
        "    - run: dvc push\n      env: {AWS_SECRET_ACCESS_KEY: '${{ secrets.B }}'}\n"
        "    - uses: actions/setup-python@v5\n      with: {python-version: '3.13'}\n"
    )
    files = {"mlops-ext.toml": SETTINGS, ".dvc/config": S3, ".github/workflows/own.yml": own}
    root = make(tmp_path / "r", files)
    said = init(root)
    lines = written(root, "deliver")["jobs"]["deliver"]["secrets"]["environment"].splitlines()
    assert lines == [
        "AWS_ACCESS_KEY_ID=${{ secrets.DATA_KEY }}",
        "AWS_SECRET_ACCESS_KEY=${{ secrets.AWS_SECRET_ACCESS_KEY }}",
    ]
    assert "secrets to set on GitHub: AWS_SECRET_ACCESS_KEY, DATA_KEY\n" in said
    assert written(root, "integrate")["jobs"]["integrate"]["with"] == {"python-version": "3.13"}


def test_the_diff_comes_first_and_without_a_yes_nothing_is_written(repository: Path) -> None:
    said = call(repository, "init", "--github").stdout
    assert "--- /dev/null\n+++ .github/workflows/mlops-ext-deliver.yml\n@@ -0,0 +1," in said
    assert "+name: mlops-ext deliver\n" in said
    assert "nothing was written; next: mlops-ext init --github --yes" in said
    assert not (repository / ".github").exists()
    init(repository, "--dry-run")
    assert not (repository / ".github").exists()


def test_a_caller_that_is_there_is_compared_and_left_as_it_is(repository: Path) -> None:
    init(repository)
    assert "nothing to do" in init(repository)
    path = repository / ".github/workflows/mlops-ext-trigger.yml"
    changed = path.read_text().replace("17 3 * * *", "0 * * * *")
    path.write_text(changed)
    (repository / ".github/workflows/mlops-ext-monitor.yml").unlink()
    said = init(repository)
    assert "mlops-ext-trigger.yml is there already, and is left as it is:" in said
    assert "-    - cron: '0 * * * *'\n+    - cron: '17 3 * * *'\n" in said
    assert path.read_text() == changed
    assert (repository / ".github/workflows/mlops-ext-monitor.yml").is_file()


def test_a_stage_that_the_team_calls_already_is_not_called_twice(repository: Path) -> None:
    uses = "mlops-ext/mlops-ext/{}@0123456789abcdef0123456789abcdef01234567"
    step = uses.format("github-actions/integrate")
    texts = {
        "tests": f"name: All tests\non: pull_request\njobs:\n  a:\n    steps:\n    - uses: {step}\n",
        "loop": f"on: push\njobs:\n  a:\n    uses: {uses.format('.github/workflows/loop.yml')}\n",
    }
    for name, text in texts.items():
        path = repository / f".github/workflows/{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    said = init(repository)
    assert "mlops-ext-integrate.yml: not written, .github/workflows/tests.yml calls integrate already" in said
    assert "mlops-ext-monitor.yml: not written, .github/workflows/loop.yml calls monitor already" in said
    assert written(repository, "comment")["on"]["workflow_run"]["workflows"] == ["All tests"]
    assert len(list((repository / ".github/workflows").iterdir())) == 3
    (repository / ".github/workflows/tests.yml").rename(repository / ".github/workflows/mlops-ext-own.yaml")
    assert "mlops-ext-own.yaml calls integrate already" in init(repository)


@pytest.mark.parametrize("number", [1, 6])
def test_killed_between_two_files_the_next_call_writes_the_rest(
    repository: Path, tmp_path: Path, number: int
) -> None:
    launch = [sys.executable, LAUNCHER, tmp_path / "steps", "before", str(number)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [*launch, "init", "--github", "--yes"], cwd=repository, env=env, capture_output=True
    )
    assert done.returncode == -9
    assert len(list(repository.glob(".github/workflows/*.yml"))) == number - 1
    init(repository)
    assert len(list(repository.glob(".github/workflows/*.yml"))) == 6


def test_a_second_project_of_the_repository_has_callers_of_its_own(repository: Path) -> None:
    (repository / "ml/b").mkdir(parents=True)
    (repository / "ml/b/mlops-ext.toml").write_text(SETTINGS)
    init(repository)
    before = (repository / ".github/workflows/mlops-ext-integrate.yml").read_text()
    init(repository / "ml/b")
    assert (repository / ".github/workflows/mlops-ext-integrate.yml").read_text() == before
    first, second = written(repository, "comment"), written(repository, "comment-ml-b")
    assert second["jobs"]["comment"]["with"]["project"] == "ml/b"
    assert second["on"]["workflow_run"]["workflows"] == ["mlops-ext integrate-ml-b"]
    assert written(repository, "integrate-ml-b")["name"] == "mlops-ext integrate-ml-b"
    assert first["concurrency"]["group"] != second["concurrency"]["group"]
    assert "nothing to do" in init(repository)
    assert "nothing to do" in init(repository / "ml/b")


def test_with_no_settings_they_are_written_too_and_last(tmp_path: Path) -> None:
    table = "id,kind\n" + "".join(f"{number},{'ab'[number % 2]}\n" for number in range(40))
    root = make(tmp_path / "r", {"data.csv": table, "pyproject.toml": '[project]\nname = "x"\n'})
    shown = json.loads(call(root, "init", "--github", "--format", "json").stdout)
    jsonschema.validate(shown, json.loads((ROOT / "docs/reference/schemas/init.json").read_text()))
    paths = [file["path"] for file in shown["files"]]
    assert paths[-3:] == [
        ".github/workflows/mlops-ext-integrate.yml",
        ".github/workflows/mlops-ext-comment.yml",
        "pyproject.toml",
    ]
    init(root)
    assert "[tool.mlops-ext]" in (root / "pyproject.toml").read_text()
    assert written(root, "integrate")["jobs"]["integrate"].keys() == {"permissions", "uses"}


def test_settings_for_github_ask_its_reviewers(tmp_path: Path) -> None:
    root = make(tmp_path / "r", {"dvc.yaml": "stages: {}\n"})
    call(root, "init", "--github", "--yes")
    assert 'approval = "github"' in (root / "mlops-ext.toml").read_text()


def test_permissions_are_those_that_the_called_workflows_ask_for() -> None:
    for file in sorted((ROOT / ".github/workflows").glob("*.yml")):
        content = yaml.safe_load(file.read_text())
        if "workflow_call" not in content[True] or file.stem not in PERMISSIONS:
            continue
        asked: dict[str, str] = {}
        for job in content["jobs"].values():
            for name, level in job["permissions"].items():
                asked[name] = max(asked.get(name, ""), level)
        known = {name: level.split()[0] for name, level in PERMISSIONS[file.stem].items()}
        assert known == asked, file.name


def called_by(job: str) -> dict[str, Any]:
    """What the workflow of a stage takes and gives."""
    found = yaml.safe_load((ROOT / f".github/workflows/{job}.yml").read_text())[True]["workflow_call"]
    return dict(found)


def test_inputs_and_secrets_are_those_that_the_called_workflows_take(repository: Path) -> None:
    (repository / ".dvc").mkdir()
    (repository / ".dvc/config").write_text(S3)
    (repository / "requirements.txt").write_text("pandas==3.0.0\n")
    init(repository)
    for stage in STAGES:
        for name, job in written(repository, stage)["jobs"].items():
            called = called_by(name)
            assert job.get("with", {}).keys() <= called["inputs"].keys()
            assert job.get("secrets", {}).keys() <= called.get("secrets", {}).keys()
            for needed, output in re.findall(r"needs\.([\w-]+)\.outputs\.([\w-]+)", job.get("if", "")):
                assert output in called_by(needed)["outputs"]


def test_what_it_writes_passes_every_linter_and_can_be_loaded(tmp_path: Path) -> None:
    files = {
        "ml/mlops-ext.toml": SETTINGS + '[models."a.b"]\n',
        "ml/.dvc/config": S3,
        "ml/requirements.txt": "mlflow==3.17.2\n",
        "ml/.python-version": "3.12\n",
        "ml/train.py": "import mlflow\nmlflow.set_tracking_uri('https://mlflow.example.org')\n",
    }
    root = make(tmp_path / "r", files)
    init(root / "ml")
    commit(root)
    written_here = sorted(str(path.relative_to(root)) for path in (root / ".github/workflows").iterdir())
    for linter in LINTERS:
        assert lint(linter, root, *written_here)[0] == 0, lint(linter, root, *written_here)[1]
    loaded = subprocess.run(
        [Path(sys.executable).with_name("act"), "--list"],
        cwd=root,
        env={**os.environ, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert loaded.returncode == 0, loaded.stderr
