"""act, our checkout, and a project whose every answer can be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting.acted import Acted
from acting.clean import clean_copy
from acting.fixtures import act, checkout, no_network

from actions.bench import Bench, uses

__all__ = ["act", "checkout", "no_network"]


@pytest.fixture(scope="session")
def actions_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our repository for those who install nothing from it: act copies it for every step."""
    return clean_copy(tmp_path_factory.mktemp("alone"), "github-actions")


@pytest.fixture
def bench(tmp_path: Path, actions_alone: Path) -> Bench:
    """A repository of its own with act."""
    return Bench.make(tmp_path, actions_alone)


@pytest.fixture(scope="module")
def looped(tmp_path_factory: pytest.TempPathFactory, actions_alone: Path) -> tuple[Bench, Acted]:
    """A repository in which every stage has passed, and a second version waits to be released."""
    made = Bench.make(tmp_path_factory.mktemp("looped"), actions_alone)
    stages = ("develop", "integrate", "deliver", "trigger", "release", "monitor")
    more = uses("trigger", id="again", demand="another quarter")
    return made, made.run({"loop": [*(uses(stage) for stage in stages), more]})
