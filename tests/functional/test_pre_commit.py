"""F78, F79 with pre-commit itself: a real `git commit`, and the hooks of this project's manifest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from acting.network import cut
from calling import commit, git
from functional.hooked import MANIFEST, WORKFLOW, this_checkout, tool, without_ours
from functional.tracked import BAD, SCHEMA, STEP, look
from projects.make import ROOT

GUIDE = ROOT / "docs" / "guides" / "pre-commit.md"
HOOKS = ("mlops-ext-settings", "mlops-ext-pipeline", "mlops-ext-data", "mlops-ext-guard")
# Writes down that it was called, and is the real one.
COUNTING = '#!/bin/sh\necho "$@" >> "{log}"\nexec "{python}" -m mlops_ext "$@"\n'


@pytest.fixture
def team(tracked, tmp_path):
    """The tracked repository with the hooks installed; the manifest comes from a repository of its own."""
    source = tmp_path / "mlops-ext"
    source.mkdir()
    shutil.copy(MANIFEST, source)
    git(source, "init", "-q")
    revision = commit(source)
    # All by the `mlops-ext` that is tested: no environment is made for one.
    hooks = [{"id": name, "language": "system", "additional_dependencies": []} for name in HOOKS]
    config = {"repos": [{"repo": source.as_uri(), "rev": revision, "hooks": hooks}]}
    tracked.write({".pre-commit-config.yaml": yaml.safe_dump(config)})
    commands = tmp_path / "bin"
    commands.mkdir()
    log = tmp_path / "calls"
    (commands / "mlops-ext").write_text(COUNTING.format(log=log, python=sys.executable))
    (commands / "mlops-ext").chmod(0o755)
    tracked.env |= {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PATH": os.pathsep.join([str(commands), tracked.env["PATH"]]),
        "TMPDIR": str(tmp_path),
    }
    tracked.calls = log
    commit(tracked.root)
    tracked.run("pre-commit", "install")
    return tracked


def save(team, code):
    """What `git commit` says."""
    done = team.run("git", "commit", "-q", "-m", "more", code=code)
    return done.stdout + done.stderr


def test_the_manifest_is_valid_and_names_commands_that_exist(small):
    small.run("pre-commit", "validate-manifest", str(MANIFEST))
    hooks = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}
    assert all(hook["require_serial"] for hook in hooks.values())
    assert hooks.pop("mlops-ext-workflows")["entry"].startswith("actionlint ")
    for hook in hooks.values():
        assert not hook["pass_filenames"]
        _, command, *words = hook["entry"].split()
        said = small.call(command, "--help").stdout
        assert [word for word in words if word.startswith("-") and word not in said] == []


@pytest.mark.parametrize(
    ("name", "started"),
    [
        ("README.md", ""),
        ("docs/how.rst", ""),
        ("src/train.py", "pipeline"),
        ("Makefile", "pipeline"),
        ("mlops-ext.toml", "settings pipeline data"),
        ("model/pyproject.toml", "settings pipeline data"),
        ("model/dvc.lock", "pipeline data"),
        ("dvc.yaml", "pipeline data"),
        ("params.yaml", "pipeline data"),
        ("data/visits.csv.dvc", "pipeline data"),
        ("data/2024.parquet", "pipeline data"),
        ("data/visits.csv.gz", "pipeline data"),
        ("contracts/visits.toml", "pipeline data"),
        ("gx/expectations/visits.json", "pipeline data"),
        ("gx/plugins/custom.py", "pipeline data"),
        (".github/workflows/mlops.yml", "pipeline data workflows"),
        ("docs/.github/workflows/mlops.yml", "pipeline data"),
    ],
)
def test_a_hook_starts_when_its_answer_may_change(name, started):
    found = [
        hook["id"].removeprefix("mlops-ext-")
        for hook in yaml.safe_load(MANIFEST.read_text())
        if re.search(hook.get("files", ""), name) and not re.search(hook.get("exclude", "^$"), name)
    ]
    assert sorted(found) == sorted([*started.split(), "guard"]), "any file may hold a secret"


def test_the_configurations_of_the_guide_are_valid(small):
    known = {hook["id"] for hook in yaml.safe_load(MANIFEST.read_text())}
    blocks = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for number, block in enumerate(blocks):
        small.write({f"{number}.yaml": block})
        small.run("pre-commit", "validate-config", f"{number}.yaml")
        assert {hook["id"] for hook in yaml.safe_load(block)["repos"][0]["hooks"]} <= known


def test_f79_a_commit_with_nothing_for_the_hooks_starts_none(team):
    team.write({"README.md": "# More\n", "visits.toml": "broken = ["})
    git(team.root, "add", "README.md")
    told = save(team, code=0)
    assert told.count("(no files to check)") == 3, told
    assert team.calls.read_text() == "guard\n"


def test_f79_only_what_is_staged_decides_and_the_rest_comes_back(team):
    team.write({"data/visits.csv": BAD, "step.py": STEP.replace("first = 1", "first = 2")})
    team.dvc("add", "-q", "data/visits.csv")
    team.write({"visits.toml": SCHEMA + "# a thought\n"})
    git(team.root, "add", "data/visits.csv.dvc")
    before = contents(team.root)
    told = save(team, code=1)
    assert "range:price" in told
    assert "Traceback" not in told
    assert contents(team.root) == before
    git(team.root, "checkout", "-q", "HEAD", "--", "data/visits.csv.dvc")
    git(team.root, "add", "visits.toml")
    save(team, code=0)
    assert git(team.root, "diff", "--name-only").split() == ["step.py"]


def test_f78_many_files_start_each_hook_once(team):
    team.write({f"notes/{number}-{'n' * 200}.json": "{}" for number in range(1200)})
    git(team.root, "add", "notes")
    save(team, code=0)
    calls = team.calls.read_text().splitlines()
    asked = [f"integrate --staged --only {word}" for word in ("data", "pipeline")]
    assert sorted(calls) == ["guard", *asked]


def test_f78_hooks_that_run_side_by_side_do_not_meet(team):
    before = look(team.root)
    env = {**os.environ, **team.env}
    started = [
        subprocess.Popen(
            ["mlops-ext", "integrate", "--staged", "--only", word],
            cwd=team.root,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for word in ("data", "pipeline", "data", "pipeline")
    ]
    said = [process.communicate(timeout=200)[0].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert look(team.root) == before
    assert not list(Path(team.env["TMPDIR"]).glob("mlops-ext-staged-*"))


def contents(root: Path) -> dict[str, bytes]:
    """The work tree; pre-commit itself takes unstaged changes away meanwhile, so times may differ."""
    return {name: content for name, (_, _, _, content) in look(root).items() if "/.git/" not in name}


@pytest.mark.stress
@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_hooks_in_an_environment_that_the_runner_makes(tracked, tmp_path, runner):
    """`language: python` and the plugins of the guide: installed by a network, and later used without one."""
    source, revision = this_checkout(tmp_path, "plugins")
    block = re.findall(r"^```yaml\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)[1]
    config = yaml.safe_load(block)
    config["repos"][0] |= {"repo": source.as_uri(), "rev": revision}
    config["repos"][0]["hooks"] += [{"id": "mlops-ext-guard"}, {"id": "mlops-ext-workflows"}]
    tracked.write({".pre-commit-config.yaml": yaml.safe_dump(config)})
    home = str(tmp_path / "runner")
    env = {"PRE_COMMIT_HOME": home, "PREK_HOME": home, "PATH": without_ours(tracked.env["PATH"])}
    runner = tool(runner)
    git(tracked.root, "add", "-A")
    assert tracked.run(runner, "run", "--all-files", **env).stdout.count("Passed") == 2
    tracked.write({"visits.toml": SCHEMA.replace("price", "prize"), ".github/workflows/a.yml": WORKFLOW})
    git(tracked.root, "add", "-A", "-f", "data/visits.csv", "visits.toml", ".github")
    with cut():
        told = tracked.run(runner, "run", code=1, **env).stdout
    assert "prize" in told
    assert "DVC keeps data/visits.csv" in told
    assert 'property "evnt_name" is not defined' in told
    assert "Failed" in tracked.run(runner, "try-repo", str(source), "mlops-ext-guard", code=1, **env).stdout
