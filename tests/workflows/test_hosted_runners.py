"""Runners that are thrown away after each run, with no server: Git and the DVC remote are all that lasts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from acting.acted import Acted
from acting.runner import Act
from calling import commit, git

from workflows.callers import caller
from workflows.flights import Flights, flights

ALONE = ('after = { target = "pre-production", runs = 1 }\n', "")


class Thrown:
    """Each run finds an empty machine."""

    def __init__(self, act: Act, made: Flights) -> None:
        self.act, self.made = act, made

    def run(self, stage: str, **inputs: str) -> Acted:
        """A caller by hand."""
        shutil.rmtree(self.made.folder / "home", ignore_errors=True)
        env = {**self.made.env, "RUNNER_ENVIRONMENT": "github-hosted"}
        payload: dict[str, Any] = {
            "inputs": inputs,
            "repository": {"full_name": "acme/flights", "default_branch": "main"},
        }
        given = [f"--env={name}={value}" for name, value in env.items()]
        options = [*given, "-s=GITHUB_TOKEN=a-token-of-this-test"]
        return self.act(
            "workflow_dispatch", caller(stage), self.made.root, *options, payload=payload, timeout=1200
        )


@pytest.mark.stress
def test_what_one_run_leaves_the_next_one_finds(act: Act, tmp_path: Path, no_network: None) -> None:
    with flights(tmp_path / "team", ALONE) as made:
        runners = Thrown(act, made)
        # A service of the machine's own has no place here.
        file = made.root / caller("trigger")
        file.write_text(file.read_text().partition("  release:\n")[0])
        commit(made.root)
        git(made.root, "push", "-q")
        delivered = runners.run("deliver", target="production")
        assert delivered.results == {"deliver to production": "success"}, delivered.everything
        for number in (1, 2):
            trained = runners.run("trigger", demand=f"model {number}")
            assert trained.results["trigger"] == "success", trained.everything
            assert "production was empty here" in trained.log
            assert trained.outputs("stage", job="trigger")["model-version"] == f"flight-delay/{number}"
        refs = git(made.folder / "origin.git", "for-each-ref", "--format=%(refname)", "refs/mlops-ext")
        assert refs.split() == ["refs/mlops-ext/state/flights"]
