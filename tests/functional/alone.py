"""A repository in which only DVC is asked, and what is said of it."""

from __future__ import annotations

import time
from pathlib import Path

from functional.small import Small

ALONE = 'name = "small"\nplugins = ["dvc"]\n'
ONE = "stages:\n  a:\n    cmd: {cmd}\n    outs: [a.txt]\n"


def said(project: Small, *words: str, code: int, **env: str) -> str:
    """All that a command said, in one line."""
    done = project.call(*words, code=code, **env)
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def pipeline(project: Small, text: str, **files: str) -> None:
    """Another `dvc.yaml`, and files beside it."""
    project.write({"dvc.yaml": text, **files})


def tracked(project: Small, name: str = "data/raw.csv") -> None:
    """A table under DVC, with its folder where the name has one."""
    project.write({name: "x\n1\n", "data/two.csv": "x\n2\n"})
    project.dvc("add", "-q", "data" if name.startswith("data/") else name)


def appears(path: Path) -> None:
    """Wait for a file."""
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)
