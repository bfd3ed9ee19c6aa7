"""act, our checkout, and a repository whose workflows are those of the guide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acting.clean import clean_copy
from acting.fixtures import act, no_network
from calling import commit
from github_api import GitHub

from workflows.callers import write_callers
from workflows.events import TEAM
from workflows.recorder import Recorder

__all__ = ["act", "no_network"]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of our repository what workflows use where the tools are on PATH; act copies it for every step."""
    return clean_copy(tmp_path_factory.mktemp("checkout"), "github-actions", ".github")


@pytest.fixture
def team(project: Path) -> Path:
    """A project without plugins, and with every caller of the guide."""
    write_callers(project)
    commit(project)
    return project


@pytest.fixture
def github(no_network: None) -> Iterator[GitHub]:
    """A GitHub with the team's repository, and a token that may do what the jobs of a comment ask for."""
    with GitHub() as made:
        made.repository(TEAM)
        made.token("comments", {"pull_requests": "write", "checks": "write", "actions": "read"})
        yield made


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    """An `mlops-ext` that notes how it was called, and answers as it is told."""
    return Recorder.make(tmp_path / "recorder")
