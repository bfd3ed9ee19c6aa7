"""A team with a Git server and a place for data, and clones of its project that share nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from calling import commit, git

from gitserver import git_server

SETTINGS = """\
name = "flights"
plugins = ["dvc", "mlflow"]
keep = "always"
lease = "{lease}"
"""


@dataclass
class Team:
    """Where it works, and what its programs need in their environment."""

    folder: Path
    url: str
    env: dict[str, str] = field(default_factory=dict)

    def clone(self, name: str) -> Path:
        """A clone of its own, as a runner has it."""
        git(self.folder, "clone", "-q", f"{self.url}/origin.git", name)
        return self.folder / name

    def start(self, clone: Path, *words: str, **more: str) -> subprocess.Popen[str]:
        """A program of the tests in a clone, by its file's name and arguments."""
        script = Path(__file__).with_name(words[0])
        env = {**os.environ, **self.env, **more}
        return subprocess.Popen(
            [sys.executable, script, *words[1:]],
            cwd=clone, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    @property
    def origin(self) -> Path:
        """The bare repository behind the server."""
        return self.folder / "origin.git"
