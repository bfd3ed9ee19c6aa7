"""Fixtures for a conftest to import by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from acting.clean import clean_copy
from acting.network import cut
from acting.runner import Act

SHIPPED = ("mlops_ext", "plugins", "github-actions", ".github", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `uses: mlops-ext/mlops-ext/...` fetches."""
    return clean_copy(tmp_path_factory.mktemp("checkout"), *SHIPPED)


@pytest.fixture
def act(tmp_path: Path, checkout: Path) -> Act:
    """act for one test."""
    return Act(tmp_path / "acting", checkout)


@pytest.fixture
def no_network() -> Iterator[None]:
    """Only loopback; the test is skipped where the machine does not allow that."""
    with cut() as without:
        if not without:
            pytest.skip("this machine lets nobody make a network namespace")
        yield
