"""Built wheels of the host and of every plugin in a fresh environment, and a project with one of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from projects.environments import TOOLS, Venv, wheel
from projects.make import LOCK, ROOT, Tiny, make, stop_services
from projects.variants import OWN_CLASS, TWO_TARGETS


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """The tool environment, from wheels alone."""
    folder = tmp_path_factory.mktemp("wheels")
    sources = [ROOT, *sorted(path.parent for path in (ROOT / "plugins").glob("*/pyproject.toml"))]
    made = Venv(tmp_path_factory.mktemp("tools") / "venv")
    made.sync(TOOLS)
    made.add(*(wheel(source, folder) for source in sources))
    return made


@pytest.fixture(scope="session")
def project_environment(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    """The team's environment, from the team's lock: another pandas than the tools have."""
    made = Venv(tmp_path_factory.mktemp("project") / "venv")
    made.sync(LOCK)
    return made


@pytest.fixture(scope="session")
def visits(project_environment: Venv, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    """The tiny project with a class of the team's own in its pickle, run by the team's environment."""
    files = {**TWO_TARGETS, **OWN_CLASS}
    tiny = make(tmp_path_factory.mktemp("e2e"), python=str(project_environment.python), files=files)
    yield tiny
    stop_services(tiny)
