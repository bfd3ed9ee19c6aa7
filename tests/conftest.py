"""A home, a Git identity and a cache of the test's own; nothing here reaches the user's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlops_ext.testing.fakes import write_distribution

ROOT = Path(__file__).parents[1]
# `projects` and `harness`, which tests of several folders share.
sys.path.insert(0, str(Path(__file__).parent))

from calling import commit, git  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """What MLflow's own client warns of."""
    config.addinivalue_line("filterwarnings", "ignore:The ``noload`` loader strategy")


# Also for fixtures that are made before a test has a home of its own.
for _who in ("AUTHOR", "COMMITTER"):
    os.environ.setdefault(f"GIT_{_who}_NAME", "Test")
    os.environ.setdefault(f"GIT_{_who}_EMAIL", "test@example.org")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\nname = Test\nemail = test@example.org\n[init]\ndefaultBranch = main\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    of_github = [name for name in os.environ if name.startswith(("GITHUB_", "RUNNER_", "ACTIONS_"))]
    for name in ("MLOPS_EXT_ZONE", "MLFLOW_TRACKING_URI", "CI", *of_github):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Makes plugins of text that this process and its children find."""
    folder = tmp_path / "plugins"
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))

    def add(name: str, code: str, **more: str) -> Path:
        return write_distribution(folder, name, code, **more)

    yield add
    for name in set(sys.modules) - known:
        if name.startswith("plugin_"):
            del sys.modules[name]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty Git repository with settings that name no plugin."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "mlops-ext.toml").write_text('name = "flights"\nplugins = []\n')
    git(root, "init", "-q")
    commit(root)
    return root
