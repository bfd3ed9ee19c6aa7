"""Real model folders, a registry that the test moves, and a service in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH", "")]))

from serve_testing.live import Live  # noqa: E402
from serve_testing.registry import MODEL, TARGET, Registry  # noqa: E402

from mlops_ext.contract.targets import Target  # noqa: E402


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A registry with nothing in it."""
    return Registry(tmp_path / "registry")


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """The service's target, on a free port."""
    path = tmp_path / "home" / TARGET / "services" / MODEL
    return Target(name=TARGET, kind="local-service", path=str(path), model=MODEL)


@pytest.fixture
def live(registry: Registry, target: Target, tmp_path: Path) -> Iterator[Live]:
    """A service that the test starts; it and all below it are ended afterwards."""
    service = Live(registry, target, tmp_path)
    yield service
    service.end()
