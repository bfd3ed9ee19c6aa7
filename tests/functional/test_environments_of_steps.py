"""Each step's own environment is recorded, and outputs that another one made are said with names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from functional.small import SETTINGS

PIPELINE = """
stages:
  prepare:
    cmd: python prepare.py
    deps: [prepare.py]
    params: [n]
    outs: [clean.txt]
  train:
    cmd: {python} train.py
    deps: [clean.txt, train.py]
    outs: [model.txt]
"""


def environment(place: Path, **versions: str) -> Path:
    """A real virtual environment, in which these distributions are installed as far as anyone can see."""
    if not place.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (site,) = place.glob("lib/python*/site-packages")
    for name, version in versions.items():
        for old in site.glob(f"{name}-*.dist-info"):
            (old / "METADATA").unlink()
            old.rmdir()
        (site / f"{name}-{version}.dist-info").mkdir()
        (site / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    return place


@pytest.fixture
def team(small: Any) -> Any:
    """A project with an environment of its own, which ran once."""
    environment(small.root.parent / "env", pandas="3.0.6", numpy="2.4.6")
    small.write(
        {
            "mlops-ext.toml": SETTINGS + 'python = "../env/bin/python"\n',
            "dvc.yaml": PIPELINE.format(python="python"),
            "params.yaml": "n: 1\n",
            "prepare.py": "open('clean.txt', 'w').write(open('params.yaml').read())\n",
            "train.py": "open('model.txt', 'w').write(open('clean.txt').read())\n",
        }
    )
    small.call("develop")
    return small


def said(project: Any, *words: str) -> str:
    return " ".join(project.call("develop", *words).stdout.split())


def test_unchanged_outputs_of_another_environment_are_said_with_names(team: Any) -> None:
    assert "another environment" not in said(team)
    environment(team.root.parent / "env", pandas="3.1.1")

    told = said(team)

    assert "made under another environment: prepare, train (pandas 3.0.6 -> 3.1.1)" in told
    assert "--force" in told
    assert "another environment" not in said(team, "--force")
    assert "another environment" not in said(team)


def test_outputs_from_the_run_cache_are_said_too(team: Any) -> None:
    team.write({"params.yaml": "n: 2\n"})
    assert "2 of 2 steps ran" in said(team)
    environment(team.root.parent / "env", numpy="2.5.0")
    team.write({"params.yaml": "n: 1\n"})

    told = said(team)

    assert "0 of 2 steps ran" in told
    assert "prepare, train (numpy 2.4.6 -> 2.5.0)" in told


def test_a_step_with_its_own_interpreter_has_its_own_environment(team: Any) -> None:
    other = environment(team.root.parent / "other", torch="3.0.0")
    team.write({"dvc.yaml": PIPELINE.format(python="../other/bin/python")})
    team.call("develop")
    ran = [run for run in reversed(team.runs().values()) if "mlops.env" in run.data.tags]
    steps = {run.info.run_name: run.data.tags["mlops.env"] for run in ran}
    assert steps["train"] != steps["prepare"]
    environment(other, torch="3.1.0")

    assert "made under another environment: train (torch 3.0.0 -> 3.1.0)" in said(team)


def test_outputs_whose_maker_this_store_never_saw_are_not_guessed_about(small: Any) -> None:
    small.write({"dvc.yaml": "stages:\n  a:\n    cmd: echo > a.txt\n    outs: [a.txt]\n"})
    small.dvc("repro", "-q")

    assert "another environment" not in said(small)
    (step,) = [run for run in small.runs().values() if run.info.run_name == "a"]
    assert step.data.tags["mlops.made_by"] == "unknown"
