"""A small DVC repository with a store of its own: the real tools, and steps that take no time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calling import commit, git

SETTINGS = 'name = "small"\nplugins = ["dvc", "mlflow"]\n'
IGNORED = "/.mlops-ext/\n/mlflow.db*\n/mlartifacts/\n/mlruns/\n__pycache__/\n"
QUIET = {"DVC_NO_ANALYTICS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
RECORDS = "small/records"


class Small:
    """The repository at `root`; DVC and the settings lie in `project`, which is `root` or below it."""

    def __init__(
        self, root: Path, store: Path, sub: str = "", settings: str = SETTINGS, python: Path | None = None
    ) -> None:
        self.place(root, sub, python)
        self.project.mkdir(parents=True)
        git(root, "init", "-q", "-b", "main")
        self.dvc("init", "-q", *(["--subdir"] if sub else []))
        shutil.copy(store, self.project / "mlflow.db")
        self.write({"mlops-ext.toml": settings, ".gitignore": IGNORED})
        commit(root)

    def place(self, root: Path, sub: str = "", python: Path | None = None) -> None:
        """Work with a repository that lies there."""
        self.root, self.project, self.python = root, root / sub, str(python or sys.executable)
        self.env = {
            **QUIET,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DVC_SITE_CACHE_DIR": str(root.parent / "site"),
            "MLOPS_EXT_HOME": str(root.parent / "home"),
        }

    def write(self, files: Mapping[str, str]) -> None:
        """Files of the project."""
        for name, text in files.items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(
        self, *words: str, code: int | None = 0, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """A command in the project."""
        done = subprocess.run(
            words,
            cwd=cwd or self.project,
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert code is None or done.returncode == code, done.stdout + done.stderr
        return done

    def dvc(self, *words: str, code: int | None = 0) -> str:
        """What DVC says."""
        return self.run(sys.executable, "-P", "-m", "dvc", *words, code=code).stdout

    def call(self, *words: str, code: int | None = 0, **env: str) -> subprocess.CompletedProcess[str]:
        """`mlops-ext` as a user calls it."""
        return self.run(self.python, "-m", "mlops_ext", *words, code=code, **env)

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """`mlops-ext` as the first process of a group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "mlops_ext", *words],
            cwd=self.project,
            env={**os.environ, **self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def client(self, store: str = "mlflow.db") -> Any:
        """MLflow's client for a store of the project."""
        from mlflow import MlflowClient

        uri = f"sqlite:///{self.project / store}"
        return MlflowClient(tracking_uri=uri, registry_uri=uri)

    def runs(self, store: str = "mlflow.db") -> dict[str, Any]:
        """All runs but those of records, by their ids."""
        client = self.client(store)
        ids = [one.experiment_id for one in client.search_experiments() if one.name != RECORDS]
        return {run.info.run_id: run for run in client.search_runs(ids, max_results=1000)}

    def tree(self, store: str = "mlflow.db") -> Tree:
        """All of them as nested names, the roots' own left out."""
        runs = self.runs(store)
        return [_below(runs, name) for name, run in runs.items() if _above(run) not in runs]

    def untracked(self) -> list[str]:
        """What `git add .` would take."""
        shown = git(self.root, "status", "--porcelain", "--untracked-files=all")
        return [line[3:] for line in shown.splitlines() if line.startswith("??")]


Tree = list[dict[str, Any]]


def _above(run: Any) -> str:
    return str(run.data.tags.get("mlflow.parentRunId", ""))


def _below(runs: dict[str, Any], top: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, run in runs.items():
        if _above(run) == top:
            word = run.info.run_name
            found[word if word not in found else f"{word}+"] = _below(runs, name)
    return found
