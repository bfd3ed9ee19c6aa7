"""A repository with the kinds of stages that DVC knows; made once, copied for each test."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

# Names of their own: all plugins' tests run in one process.
sys.path.insert(0, str(Path(__file__).parent))

from dvc_run_repo import ENVIRONMENT, PIPELINE, SCRIPTS, sh, write


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path_factory):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "site"))
    bin_ = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="session")
def _template(tmp_path_factory) -> Path:
    """Committed, and run once by plain `dvc repro`."""
    root = tmp_path_factory.mktemp("template") / "project"
    root.mkdir()
    raw = "id,x,late\n" + "".join(f"{n:04d},{n % 7},{n % 2}\n" for n in range(200))
    write(root, {**SCRIPTS, "dvc.yaml": PIPELINE, "params.yaml": "train:\n  n: 3\n", "data/raw.csv": raw})
    write(root, {".gitignore": ".mlops-ext/\n"})
    sh(root, "git", "init", "-q", "-b", "main")
    sh(root, "dvc", "init", "-q")
    sh(root, "dvc", "add", "-q", "data/raw.csv")
    env = dict(os.environ)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    sh(root, "dvc", "repro", "-q")
    os.environ["PATH"] = env["PATH"]
    sh(root, "git", "add", ".")
    sh(root, "git", "commit", "-qm", "first")
    return root


@pytest.fixture
def project(_template, tmp_path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(_template, root, symlinks=True)
    return root


@pytest.fixture
def bare(tmp_path) -> Path:
    """An initialised repository without stages."""
    root = tmp_path / "bare"
    root.mkdir()
    sh(root, "git", "init", "-q", "-b", "main")
    sh(root, "dvc", "init", "-q")
    write(root, {".gitignore": ".mlops-ext/\n"})
    sh(root, "git", "add", ".")
    sh(root, "git", "commit", "-qm", "init")
    return root
