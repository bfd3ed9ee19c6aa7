"""A repository of this checkout for a hook runner to install from, and what is found on PATH there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from calling import commit, git
from projects.make import ROOT

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = """\
on: push
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{run: "echo ${{ github.evnt_name }}"}]
"""


def this_checkout(place: Path, *folders: str) -> tuple[Path, str]:
    """The host, some folders more and the hooks as they lie here, and the commit of them."""
    source = place / "mlops-ext"
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for folder in ("mlops_ext", *folders):
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for file in ("pyproject.toml", "README.md", "LICENSE", MANIFEST.name):
        shutil.copy(ROOT / file, source)
    git(source, "init", "-q")
    return source, commit(source)


def tool(name: str) -> str:
    """A program of the environment that the tests run in."""
    return str(Path(sys.executable).with_name(name))


def without_ours(path: str) -> str:
    """PATH without that environment."""
    ours = str(Path(sys.executable).parent)
    return os.pathsep.join(entry for entry in path.split(os.pathsep) if entry != ours)
