"""A scratch copy of the flights example that a first version is brought to service in, command by command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from measure import seconds_of

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
TABLE = BUILD / "flights" / "flights.parquet"
PYTHON = BUILD / "flights" / "venv" / "bin" / "python"
DEMO = ROOT / "docs" / "examples" / "flights_demo"
BIN = Path(sys.executable).parent
UNTIL = "2013-04-01"
WEEK = "2013-04-08"

SILENT = {
    "DVC_NO_ANALYTICS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "true",
}
# Without bytecode every import is one from sources.
FOREIGN = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
WHO = {"GIT_AUTHOR_NAME": "Bench", "GIT_AUTHOR_EMAIL": "bench@example.org"}


@dataclass
class Scene:
    """The repository, and the environment of a user's shell in it."""

    folder: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MLFLOW_", "MLOPS_EXT_", "GITHUB_")) and name not in FOREIGN
        }
        own = {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(PYTHON.parents[1]),
            "MLOPS_EXT_HOME": str(self.folder / "home"),
            "MLOPS_EXT_CACHE": str(self.folder / "cache"),
            "UV_OFFLINE": "1",
            "GIT_COMMITTER_NAME": WHO["GIT_AUTHOR_NAME"],
            "GIT_COMMITTER_EMAIL": WHO["GIT_AUTHOR_EMAIL"],
        }
        self.env = {**inherited, **SILENT, **WHO, **own}
        make = [sys.executable, str(DEMO / "make_repository.py"), str(TABLE), str(self.folder)]
        seconds_of([*make, "--until", UNTIL, "--dvc", str(BIN / "dvc")], ROOT, self.env)

    @property
    def repository(self) -> Path:
        return self.folder / "flights"

    def call(self, *words: str, code: int | tuple[int, ...] | None = 0) -> float:
        """Seconds that `mlops-ext` took."""
        return seconds_of([str(BIN / "mlops-ext"), *words], self.repository, self.env, code)

    def answer(self, *words: str) -> str:
        """What `mlops-ext` said."""
        command = [str(BIN / "mlops-ext"), *words]
        ended = subprocess.run(
            command, cwd=self.repository, env=self.env, capture_output=True, text=True, check=True
        )
        return ended.stdout

    def run(self, *words: str, code: int | tuple[int, ...] | None = 0) -> float:
        """Seconds that any other command took."""
        return seconds_of(words, self.repository, self.env, code)

    def commit(self, message: str) -> None:
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)
