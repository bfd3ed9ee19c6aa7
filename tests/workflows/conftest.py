"""act, our checkout, and a repository whose workflows are those of the guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting.clean import clean_copy
from acting.fixtures import act, no_network
from calling import commit

from workflows.callers import write_callers
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
def recorder(tmp_path: Path) -> Recorder:
    """An `mlops-ext` that notes how it was called, and answers as it is told."""
    return Recorder.make(tmp_path / "recorder")
