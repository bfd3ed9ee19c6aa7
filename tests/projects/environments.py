"""Wheels of distributions here, and fresh environments that are filled without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from projects.make import QUIET, ROOT

UV = Path(sys.executable).with_name("uv")
TOOLS = ROOT / "tools.lock"


def wheel(source: Path, folder: Path) -> Path:
    """The wheel of the distribution in `source`."""
    made = folder / "dist" / source.name
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
        cwd=source,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(made.glob("*.whl"))


@dataclass(frozen=True)
class Venv:
    """A virtual environment of its own, with what uv's cache holds."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def sync(self, lock: Path, only: tuple[str, ...] = ()) -> None:
        """Make it, with what a lock pins; or with only these, whose own needs have to be among them.

        Wheels by name and hash are all that a cache is sure to hold: nothing is resolved here.
        """
        base = getattr(sys, "_base_executable", sys.executable)
        self.uv("venv", "--no-project", "--python", base, self.folder)
        wanted = self.folder / "lock.txt"
        wanted.write_text("".join(_pins(lock.read_text(), only)))
        self.uv("pip", "sync", "--require-hashes", "--python", self.python, wanted)

    def add(self, *wheels: Path) -> None:
        """Put wheels into it; what they need is there already, and fits."""
        self.uv("pip", "install", "--no-deps", "--no-index", "--python", self.python, *wheels)
        self.uv("pip", "check", "--python", self.python)

    def uv(self, *words: str | Path) -> None:
        """uv, offline."""
        done = subprocess.run([UV, "--offline", *words], env=_clean(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def run(self, program: str, *words: str | Path, cwd: Path, code: int | None = 0, **env: str) -> str:
        """A program of this environment, which knows of no other; what it prints."""
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        done = subprocess.run(
            [self.folder / "bin" / program, *words],
            cwd=cwd,
            env={**_clean(), **QUIET, "PATH": path, **env},
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, said
        return said


def _pins(lock: str, only: tuple[str, ...]) -> list[str]:
    """The entries of a lock, each with its hashes."""
    entries = re.findall(r"^[^\s#].*\n(?:\s+.*\n)*", lock, re.MULTILINE)
    return [entry for entry in entries if not only or re.match(r"[\w.-]+", entry)[0] in only]


def _clean() -> dict[str, str]:
    """Our environment without what leads to ours."""
    return {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
