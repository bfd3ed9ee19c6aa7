"""Calls commands as a user types them, prints them and what they say, and reads their results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

BOLD, PLAIN = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")


@dataclass(frozen=True)
class Called:
    """How a command ended, and the products it named."""

    words: tuple[str, ...]
    code: int
    seconds: float
    products: dict[str, str]


@dataclass
class Commands:
    """`mlops-ext` in the scratch copy, offline, with a home and a cache of its own."""

    folder: Path
    python: Path
    tools: Path
    cwd: Path = Path()
    called: list[Called] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.environment = {
            **os.environ,
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "VIRTUAL_ENV": str(self.python.parents[1]),
            "MLOPS_EXT_HOME": str(self.folder / "home"),
            "MLOPS_EXT_CACHE": str(self.folder / "cache"),
            "UV_OFFLINE": "1",
            "GIT_AUTHOR_NAME": "A data scientist",
            "GIT_AUTHOR_EMAIL": "data@example.org",
            "GIT_COMMITTER_NAME": "A data scientist",
            "GIT_COMMITTER_EMAIL": "data@example.org",
        }
        for name in ("MLFLOW_TRACKING_URI", "PYTHONDONTWRITEBYTECODE"):
            self.environment.pop(name, None)

    def __call__(self, *words: str, code: int | None = 0) -> Called:
        """Type a command and show what it says; another exit code than `code` ends the demo."""
        print(f"\n{BOLD}$ mlops-ext {' '.join(words)}{PLAIN}", flush=True)
        finished, seconds = self._run("mlops-ext", *words)
        print((finished.stdout + finished.stderr).rstrip(), flush=True)
        found = Called(words, finished.returncode, seconds, products(finished.stdout))
        self.called.append(found)
        if code is not None and found.code != code:
            sys.exit(f"\nmlops-ext {' '.join(words)} ended with {found.code}, not with {code}")
        return found

    def git(self, *words: str) -> None:
        """A Git command of the user's."""
        print(f"\n{BOLD}$ git {' '.join(words)}{PLAIN}", flush=True)
        self._run("git", *words)[0].check_returncode()

    def quiet(self, *words: str) -> str:
        """A command whose output is only read."""
        return self._run("mlops-ext", *words)[0].stdout

    def title(self, text: str) -> None:
        """What comes next."""
        print(f"\n\n{BOLD}== {text}{PLAIN}", flush=True)

    def address(self) -> str:
        """Where the service answers, as `status` says."""
        places = json.loads(self.quiet("status", "--format", "json"))["targets"]
        return next(str(place["where"]) for place in places if place["what"].startswith("service"))

    def serving(self, address: str) -> str:
        """The version that the service itself says it serves."""
        with urllib.request.urlopen(f"{address}/version", timeout=10) as answer:  # noqa: S310
            return str(json.load(answer)["version"])

    def _run(self, *words: str) -> tuple[subprocess.CompletedProcess[str], float]:
        started = time.monotonic()
        finished = subprocess.run(
            words, cwd=self.cwd, env=self.environment, capture_output=True, text=True, check=False
        )
        return finished, time.monotonic() - started


def products(text: str) -> dict[str, str]:
    """The lines below a verdict: `  model-version flight-delay/2`."""
    rows = [
        line.split(maxsplit=1) for line in text.splitlines() if line.startswith("  ") and line[2:3].isalpha()
    ]
    return {row[0]: row[1] for row in rows if len(row) == 2}
