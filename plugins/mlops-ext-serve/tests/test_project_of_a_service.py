"""Where a service reads its project: a runner's workspace is gone when the job has ended."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from serve_testing.registry import FakeDesk, make_context

from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.control.project import settle
from mlops_ext_serve.place import Place


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A runner's checkout of a branch; the base is known as the remote's only. The project is in a folder."""
    root = tmp_path / "work/flights/flights"
    (root / "models/delay").mkdir(parents=True)
    (root / "models/delay/mlops-ext.toml").write_text("plugins = []\n")
    git(root, "init", "-q", "-b", "change")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    (root / "models/delay/mlops-ext.toml").write_text("plugins = ['mlflow']\n")
    git(root, "commit", "-q", "-a", "-m", "change")
    return root


@pytest.fixture
def context(workspace: Path, tmp_path: Path) -> Context:
    made = make_context(workspace / "models/delay", FakeDesk(tmp_path / "registry", {}))
    return replace(made, top=workspace, zone="branch")


def test_a_job_leaves_a_clone_of_the_revision_with_its_base(
    context: Context, workspace: Path, tmp_path: Path
) -> None:
    place = Place(tmp_path / "service")
    place.folder.mkdir()
    base = git(workspace, "rev-parse", "origin/main")
    for _ in range(2):  # a later start replaces it
        project, folder = settle(context, place)
    shutil.rmtree(workspace)
    assert folder == place.folder
    assert (project / "mlops-ext.toml").read_text() == "plugins = ['mlflow']\n"
    assert git(project, "rev-parse", "origin/main") == base
    assert git(project, "show", "origin/main:./mlops-ext.toml") == "plugins = []"


def test_a_persons_own_folder_is_read_where_it_is(context: Context, tmp_path: Path) -> None:
    settled = settle(replace(context, zone="local"), Place(tmp_path / "service"))
    assert settled == (context.root, context.root)


def test_without_a_clone_nothing_starts(context: Context, workspace: Path, tmp_path: Path) -> None:
    shutil.rmtree(workspace / ".git")
    (tmp_path / "service").mkdir()
    with pytest.raises(CouldNotTellError, match="clone of the project could not be made"):
        settle(context, Place(tmp_path / "service"))
