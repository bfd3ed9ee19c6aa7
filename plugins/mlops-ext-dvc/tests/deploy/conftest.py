"""A project in real Git and DVC, a bare desk, and what a target of kind `folder` needs."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import Run, RunPlan
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import DataSettings, SampleSettings, Settings
from mlops_ext.contract.targets import Target

TRAIN = """
import pathlib, sys
rows = pathlib.Path("data/rows.csv").read_text().splitlines()
import tiny_dep
pathlib.Path("model.txt").write_text(f"{len(rows) > 1} {tiny_dep.WORD}\\n")
"""
PIPELINE = """
stages:
  train:
    cmd: python src/train.py
    deps: [src/train.py, data/rows.csv]
    outs: [model.txt]
"""
SETTINGS = """
[project]
name = "tiny"
[tool.mlops-ext]
plugins = ["dvc"]
[tool.mlops-ext.data.rows]
path = "data/rows.csv"
"""
FILES = {
    "dvc.yaml": PIPELINE,
    "src/train.py": TRAIN,
    "data/.gitignore": "/rows.csv\n",
    ".gitignore": "/model.txt\n/.mlops-ext/\n",
    ".python-version": f"{sys.version_info.major}.{sys.version_info.minor}\n",
    "pyproject.toml": SETTINGS,
    "requirements.txt": "tiny-dep==1.0\n",
}


def pytest_configure(config):
    """What DVC's own index says when it is asked."""
    config.addinivalue_line("filterwarnings", "ignore:_NoneStep.value:DeprecationWarning")


class NoTracker:
    """Follows nothing."""

    run_id = ""

    def variables(self, step: str) -> Mapping[str, str]:
        return {}

    def finish(self, run: Run) -> Run:
        return run


@dataclass
class Desk:
    """The host's side, with only what these tests ask for."""

    newest: ModelVersion | None = None

    def own(self, name, kind):
        return msgspec.convert({}, kind)

    def track(self, plan: RunPlan) -> NoTracker:
        return NoTracker()

    def find_model(self, selector: str) -> ModelVersion | None:
        return self.newest

    def fetch(self, ref: Ref) -> Path:
        raise AssertionError(f"nobody should fetch {ref}")

    def open(self, data):
        from mlops_ext_dvc.targets import folder  # noqa: F401

        raise AssertionError(f"nobody should open {data}")

    def find_record(self, digest):
        return None


@dataclass(frozen=True)
class Project:
    """A repository with one pipeline; `home` is where its targets live."""

    root: Path
    home: Path

    def git(self, *words: str) -> str:
        return process.run(["git", *words], cwd=self.root).expect().stdout.strip()

    def dvc(self, *words: str) -> str:
        return process.run([sys.executable, "-P", "-m", "dvc", *words], cwd=self.root).expect().stdout

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, message: str, **files: str) -> str:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def context(self, **changes) -> Context:
        settings = Settings(
            plugins=("dvc",),
            name="tiny",
            data={"rows": DataSettings(path="data/rows.csv", sample=SampleSettings(rows=20))},
        )
        made = Context(
            root=self.root,
            top=self.root,
            project="tiny",
            settings=settings,
            desk=Desk(),
            python=sys.executable,
            home=self.home,
        )
        return replace(made, **changes)

    def target(self, name: str = "test") -> Target:
        return Target(name=name, kind="folder", path=str(self.home / name))


@pytest.fixture(scope="session")
def wheels(tmp_path_factory) -> Path:
    """A folder with one wheel, which is all that uv may install from: these tests need no network."""
    folder = tmp_path_factory.mktemp("wheels")
    info = "tiny_dep-1.0.dist-info"
    files = {
        "tiny_dep.py": "WORD = 'tiny'\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny-dep\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"tiny_dep.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(folder / "tiny_dep-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return folder


@pytest.fixture(autouse=True)
def clean_machine(tmp_path, wheels, monkeypatch):
    """No settings of this machine's user for Git, DVC and uv, and no network."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(wheels))
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A Person")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "person@example.org")


@pytest.fixture(scope="session")
def template(tmp_path_factory, wheels) -> Path:
    """One commit, with the data in the project's cache and in a remote beside it; made once."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "project").mkdir()
    (folder / "remote").mkdir()
    made = Project(folder / "project", folder / "targets")
    made.git("init", "-q", "-b", "main")
    made.dvc("init", "-q")
    made.dvc("remote", "add", "-q", "-d", "store", "../remote")
    made.write({**FILES, "data/rows.csv": "x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(50))})
    made.dvc("add", "-q", "data/rows.csv")
    with_wheel = {**os.environ, "PYTHONPATH": str(next(wheels.iterdir()))}
    repro = [sys.executable, "-P", "-m", "dvc", "repro", "-q"]
    process.run(repro, cwd=made.root, env=with_wheel).expect()
    made.dvc("push", "-q")
    made.git("-c", "user.name=A", "-c", "user.email=a@example.org", "add", "-A")
    made.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def project(template, tmp_path) -> Project:
    """A copy of the template: project, remote, and no target yet."""
    for name in ("project", "remote"):
        shutil.copytree(template / name, tmp_path / name, symlinks=True)
    return Project(tmp_path / "project", tmp_path / "targets")
