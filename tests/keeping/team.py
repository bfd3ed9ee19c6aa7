"""A team with a Git server and a place for its data; clones of its project share nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from calling import commit, git

WORKER = Path(__file__).with_name("worker.py")
REF = "refs/mlops-ext/state/flights"
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "1", "DO_NOT_TRACK": "true"}
SETTINGS = 'name = "flights"\nplugins = ["dvc", "mlflow"]\nkeep = "always"\nlease = "{lease}"\n'


@dataclass
class Team:
    """`folder` has the bare repository, and the clones that are made of what `url` serves.

    `read` gives a file of the place for data, by its path below the remote.
    """

    folder: Path
    url: str
    read: Callable[[str], bytes]
    env: dict[str, str] = field(default_factory=dict)
    clones: int = 0

    def found(self, remote: str, lease: str = "6s") -> Team:
        """Make the project, with DVC's configuration of its remote."""
        git(self.folder, "init", "-q", "--bare", "-b", "main", "origin.git")
        git(self.origin, "config", "http.receivepack", "true")
        first = self.clone()
        (first / "mlops-ext.toml").write_text(SETTINGS.format(lease=lease))
        (first / ".dvc").mkdir()
        (first / ".dvc" / "config").write_text(remote)
        commit(first)
        git(first, "push", "-q", "origin", "HEAD:main")
        return self

    def clone(self) -> Path:
        """A clone as a new runner has it."""
        self.clones += 1
        git(self.folder, "clone", "-q", f"{self.url}/origin.git", f"clone-{self.clones}")
        return self.folder / f"clone-{self.clones}"

    def start(self, clone: Path, units: list[str], mode: str = "before", number: int = 0) -> Process:
        """A process that does these units; it dies before or after its step with this number."""
        steps = clone.with_suffix(".steps")
        words = [sys.executable, str(WORKER), str(steps), mode, str(number), *units]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        env = {**os.environ, **QUIET, **self.env}
        return subprocess.Popen(words, cwd=clone, env=env, text=True, **pipes)

    @property
    def origin(self) -> Path:
        """The bare repository behind the server."""
        return self.folder / "origin.git"

    def log(self) -> list[str]:
        """What the ref's commits say, the oldest first."""
        return git(self.origin, "log", "--reverse", "--format=%s", REF).splitlines()


Process = subprocess.Popen[str]
