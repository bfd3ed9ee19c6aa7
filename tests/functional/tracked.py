"""A small repository whose table is tracked by DVC, with a schema and one step; and what lies in it."""

from __future__ import annotations

import copy
import os
import shutil
from pathlib import Path

from calling import git
from functional.small import Small

SETTINGS = """
name = "small"
plugins = ["dvc", "ibis"]

[data.visits]
path = "data/visits.csv"
schema = "visits.toml"
"""
PIPELINE = """
stages:
  copy:
    cmd: cp data/visits.csv out.csv
    deps: [data/visits.csv, step.py]
    outs: [out.csv]
"""
SCHEMA = '[columns.id]\ntype = "integer"\nnullable = false\n[columns.price]\ntype = "integer"\nmin = 0\n'
STEP = "first = 1\n\n\n\nlast = 1\n"
GOOD, BAD = "id,price\n1,10\n2,20\n", "id,price\n1,10\n2,-20\n"
FILES = {
    "mlops-ext.toml": SETTINGS,
    "visits.toml": SCHEMA,
    "dvc.yaml": PIPELINE,
    "step.py": STEP,
    "data/visits.csv": GOOD,
    "README.md": "# Visits\n",
}


def make(root: Path, store: Path) -> Small:
    """The repository, run once and committed."""
    made = Small(root, store)
    made.write(FILES)
    made.dvc("add", "-q", "data/visits.csv")
    made.dvc("repro", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "run")
    return made


def copied(template: Small, root: Path) -> Small:
    """Another one like it, elsewhere."""
    shutil.copytree(template.root, root, symlinks=True)
    made = copy.copy(template)
    made.root = made.project = root
    made.env = {**template.env, "DVC_SITE_CACHE_DIR": str(root.parent / "site")}
    return made


def look(root: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """Every file and folder but our cache: mode, size, time of change and bytes; Git's own too."""
    found = {}
    for base, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".mlops-ext"]
        for path in (Path(base, name) for name in [*folders, *names]):
            stat = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            # Git renews the time of an object that it would write again, so that it is not collected.
            time = 0 if ".git/objects/" in str(path) else stat.st_mtime_ns
            found[str(path)] = (stat.st_mode, stat.st_size, time, content)
    return found
