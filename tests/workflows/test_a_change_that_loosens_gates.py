"""A pull request takes an approval away, widens a margin, deletes a suite: told first, nothing delivered."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting.runner import Act
from calling import commit, git
from github_api import GitHub, Repository

from workflows.callers import caller, write_callers
from workflows.events import TEAM, ended, pull_request, reached

SETTINGS = """
name = "flights"
plugins = ["github", "great-expectations"]

[data.flights]
path = "flights.csv"

[models.delay]
data = "flights"

[models.delay.release]
margin = 0.005

[targets.production]
approval = "github"
"""
SUITE = '{"name": "flights", "expectations": [], "meta": {}}'


@pytest.fixture
def proposed(project: Path, tmp_path: Path, github: GitHub) -> Path:
    """The team's clone, on the change."""
    (project / "gx/expectations").mkdir(parents=True)
    (project / "gx/expectations/flights.json").write_text(SUITE)
    (project / "flights.csv").write_text("a,b\n1,2\n")
    (project / "mlops-ext.toml").write_text(SETTINGS)
    write_callers(project)
    commit(project)
    git(project, "branch", "-M", "main")
    git(tmp_path, "clone", "-q", "--bare", str(project), "origin.git")
    git(project, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(project, "checkout", "-q", "-b", "change")
    loose = SETTINGS.replace('approval = "github"', "approval = false").replace("0.005", "0.05")
    (project / "mlops-ext.toml").write_text(loose)
    (project / "gx/expectations/flights.json").unlink()
    deliver = project / caller("deliver")
    deliver.write_text(deliver.read_text().replace("  push:\n", "  pull_request:\n"))
    head = commit(project)
    git(project, "push", "-q", "origin", "change", "main", "change:refs/pull/7/head")
    git(project, "fetch", "-q")
    github.repositories[TEAM].pull(7, head=head)
    return project


def test_it_is_said_first_and_nothing_is_delivered(
    act: Act, proposed: Path, github: GitHub, tmp_path: Path
) -> None:
    repository: Repository = github.repositories[TEAM]
    head = git(proposed, "rev-parse", "HEAD").strip()
    left = tmp_path / "artifacts"
    event = pull_request(head)
    judged = act(
        "pull_request", caller("integrate"), proposed, *reached(github), payload=event, artifacts=left
    )
    tried = act("pull_request", caller("deliver"), proposed, *reached(github), payload=event)
    git(proposed, "checkout", "-q", "main")
    said = act(
        "workflow_run", caller("comment"), proposed, *reached(github),
        payload=ended(head, conclusion="failure"), artifacts=left,
    )  # fmt: skip
    assert judged.results == {"integrate": "success"}, judged.everything
    assert set(tried.results.values()) == {"failure"}
    assert said.results == {"comment": "success"}, said.everything
    (comment,) = repository.comments
    first = next(line for line in comment["body"].splitlines() if line and not line.startswith("<!--"))
    assert "This change loosens a gate" in first
    for gate in ("margin", "0.005", "0.05", "approval", "gx/expectations/flights.json"):
        assert gate in first
    assert "a pull request delivers nothing" in tried.log
