"""The flights example as a team's repository, with every tenth flight, and what flies to its service."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from acting.clean import ROOT
from projects.make import Tiny, stop_services

from mlops_ext_mlflow.store import home
from workflows.callers import write_callers

DEMO = ROOT / "docs/examples/flights_demo"
FLIGHTS = ROOT / ".build/flights/flights.parquet"
PROJECT_ENVIRONMENT = ROOT / ".build/flights/venv"
START = pd.Timestamp("2013-04-01", tz="UTC")
BIN = Path(sys.executable).parent
# What a test with a tenth of the rows, and one window instead of months, can be asked.
CHANGES = {
    "pyproject.toml": [
        ('"serve"]', '"serve", "github"]'),
        ('"../feed/', '"{feed}/'),
        ("runs = 3", "runs = 1"),
        ("persistence = 3", "persistence = 1\nminimum_rows = 200"),
        ('slices = ["origin"]', "slices = []\nmargin = 0.2"),
        ("sample = { rows = 2000 }\n", ""),
    ],
    "params.yaml": [("iterations: 100", "iterations: 20")],
}


@dataclass
class Flights:
    """The repository, its targets and its feed, all below one folder."""

    folder: Path
    flights: pd.DataFrame
    demo: dict[str, ModuleType]

    @property
    def root(self) -> Path:
        """The team's clone."""
        return self.folder / "flights"

    @property
    def env(self) -> dict[str, str]:
        """A machine of the team's own that runs the jobs: what is deployed is there for the next one."""
        return {
            "RUNNER_ENVIRONMENT": "self-hosted",
            "VIRTUAL_ENV": str(PROJECT_ENVIRONMENT),
            "MLOPS_EXT_HOME": str(self.folder / "home"),
            "MLOPS_EXT_CACHE": str(self.folder / "cache"),
            "UV_OFFLINE": "1",
            # Threads that spin for each other are slow where others work too.
            "OMP_NUM_THREADS": "1",
        }

    @property
    def store(self) -> str:
        """The tracking server's address, a secret of the team's."""
        return f"MLFLOW_TRACKING_URI=sqlite:///{self.folder / 'mlflow.db'}"

    @property
    def address(self) -> str:
        """Where the service answers."""
        (file,) = self.folder.glob("home/*/services/*/address.json")
        said = json.loads(file.read_bytes())
        return f"http://{said['host']}:{said['port']}"

    def version(self) -> str:
        """Which model answers."""
        with urllib.request.urlopen(f"{self.address}/version", timeout=10) as answer:
            return str(json.load(answer)["version"])

    def forget_pipelines(self) -> None:
        """As on a runner that was never delivered to; the services stay."""
        for place in (self.folder / "home").iterdir():
            (place / "current").unlink()
            shutil.rmtree(place / "releases")

    def fly(self, days: int, **moved: float) -> pd.Timestamp:
        """Requests of the next days, some columns moved, and their labels; the time it is then."""
        now = START + pd.Timedelta(days=days)
        asked = self.demo["feed"].requests(self.flights, START, now)
        traffic = self.demo["traffic"].Traffic(self.address)
        traffic.send(asked.assign(**{name: asked[name] + by for name, by in moved.items()}))
        assert traffic.counts()[2] == 0
        self.demo["feed"].advance(self.flights, self.folder / "feed", now + pd.Timedelta(days=3))
        return now


@contextmanager
def flights(folder: Path, *settings: tuple[str, str]) -> Iterator[Flights]:
    """The repository after the team ran its pipeline once, its callers committed and pushed.

    `settings` are further passages of pyproject.toml in other words.
    """
    folder.mkdir()
    demo = _demo()
    table = pd.read_parquet(FLIGHTS).iloc[::10].reset_index(drop=True)
    table.to_parquet(folder / "year.parquet", index=False)
    root = demo["make_repository"].make_repository(
        folder / "year.parquet", folder / "made", START, str(BIN / "dvc")
    )
    for name in ("flights", "feed", "origin.git", "dvc-remote"):
        (folder / "made" / name).rename(folder / name)
    made = Flights(folder, table, demo)
    _settle(root.parents[1], made, settings)
    try:
        yield made
    finally:
        stop_services(Tiny(folder))


def _settle(folder: Path, made: Flights, settings: tuple[tuple[str, str], ...]) -> None:
    root = made.root
    _edit(root / ".dvc/config", str(folder / "made"), str(folder))
    for name, changes in CHANGES.items():
        for old, new in changes:
            _edit(root / name, old, new.format(feed=folder / "feed"))
    for old, new in settings:
        _edit(root / "pyproject.toml", old, new)
    # What the team's tests and those of training say is asked elsewhere, of the whole example.
    shutil.rmtree(root / "tests")
    write_callers(root)
    env = {**os.environ, "PATH": f"{PROJECT_ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}"}

    def run(*words: str | Path) -> None:
        subprocess.run(words, cwd=root, env=env, check=True, capture_output=True)

    home.prepare(made.store.partition("=")[2], folder, lambda _: None)
    run("git", "remote", "set-url", "origin", str(folder / "origin.git"))
    run(BIN / "dvc", "repro", "-q")
    run(BIN / "dvc", "push", "-q")
    run("git", "add", "-A")
    run("git", "commit", "-q", "-m", "January to March")
    run("git", "push", "-q")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new))


def _demo() -> dict[str, Any]:
    """The demo's own modules, which know the example's columns."""
    sys.path.insert(0, str(DEMO))
    try:
        return {name: importlib.import_module(name) for name in ("feed", "traffic", "make_repository")}
    finally:
        sys.path.remove(str(DEMO))
