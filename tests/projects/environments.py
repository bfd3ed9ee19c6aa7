"""Wheels of distributions here, and fresh environments that are filled without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from projects.make import QUIET, ROOT

UV = Path(sys.executable).with_name("uv")
PINS = ROOT / "tools.lock"


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

    def install(self, *what: str | Path, pins: Path | None = PINS) -> None:
        """Make it, and put these into it with all that they need, at the pinned versions."""
        self.uv(
            "venv", "--no-project", "--python", getattr(sys, "_base_executable", sys.executable), self.folder
        )
        held = ["--constraint", pins] if pins else []
        self.uv("pip", "install", "--python", self.python, *held, *what)

    def uv(self, *words: str | Path) -> None:
        """uv, offline."""
        done = subprocess.run([UV, "--offline", *words], env=_clean(), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def run(self, program: str, *words: str | Path, cwd: Path, code: int = 0, **env: str) -> str:
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
        assert done.returncode == code, said
        return said


def _clean() -> dict[str, str]:
    """Our environment without what leads to ours."""
    return {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
