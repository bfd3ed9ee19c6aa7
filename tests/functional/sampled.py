"""A small DVC repository whose pipeline is run on a sample: a table, three steps, a model, a metric."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from calling import commit, git
from functional.small import Small

ROWS = 600
SETTINGS = """name = "small"
plugins = ["dvc", "mlflow", "ibis"]

[data.visits]
path = "data/visits.csv"
columns = { id = "id", label = "bought" }
sample = { rows = 60 }
"""
SCRIPTS = {
    "src/prepare.py": """
import csv, json
import pyarrow as pa, pyarrow.parquet as pq
with open("data/visits.csv", newline="") as file:
    rows = list(csv.DictReader(file))
table = pa.table({
    "id": [row["id"] for row in rows],
    "minutes": [float(row["minutes"]) for row in rows],
    "bought": [int(row["bought"]) for row in rows],
})
pq.write_table(table, "clean.parquet")
with open("facts.json", "w") as file:
    json.dump([{"kind": "all", "rows": len(rows)}], file)
""",
    "src/train.py": """
import json, pyarrow.parquet as pq
table = pq.read_table("clean.parquet").to_pydict()
facts = json.load(open("facts.json"))
mean = sum(table["minutes"]) / len(table["minutes"])
open("model.txt", "w").write(f"{mean} {facts[0]['rows']}")
""",
    "src/evaluate.py": """
import json
mean, rows = open("model.txt").read().split()
json.dump({"mean": float(mean), "rows": int(rows)}, open("metrics.json", "w"))
""",
}
PIPELINE = """stages:
  prepare:
    cmd: python src/prepare.py
    deps: [data/visits.csv, src/prepare.py]
    outs: [clean.parquet, facts.json]
  train:
    cmd: python src/train.py
    deps: [clean.parquet, facts.json, src/train.py]
    outs: [model.txt]
  evaluate:
    cmd: python src/evaluate.py
    deps: [model.txt, src/evaluate.py]
    metrics:
    - metrics.json:
        cache: false
"""


def visits(rows: int = ROWS) -> str:
    """Rows of a table with a rare label."""
    lines = [f"{number:05d},{number % 7 + 0.5},{int(number % 97 == 0)}" for number in range(rows)]
    return "\n".join(["id,minutes,bought", *lines, ""])


class Sampled(Small):
    """The repository, and ways to ask for the sample and to see that it left everything alone."""

    def __init__(self, root: Path, sub: str = "") -> None:
        self.place(root, sub)

    def answers(self, *words: str, code: int | None = 0, **env: str) -> list[dict[str, Any]]:
        """The reports of a command."""
        done = self.call(*words, "--format", "json", code=code, **env)
        reports: list[dict[str, Any]] = json.loads(done.stdout)["reports"]
        return reports

    def sample(self, code: int | None = 0, **env: str) -> dict[str, Any]:
        """The report of the sample run alone."""
        (report,) = self.answers("integrate", "--only", "sample", code=code, **env)
        return report

    def processes(self) -> list[str]:
        """What runs in a clone now."""
        found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        return [line for line in found.splitlines() if f"{self.project}/.mlops-ext/samples" in line]

    @contextmanager
    def untouched(self, in_git: bool = True) -> Iterator[None]:
        """Bytes, modes, times and links of all that is the team's are the same afterwards, for Git too."""
        places = (self.root, self.root.parent / "site", self.root.parent / "home")
        said = self._status() if in_git else []
        before = state(*places)
        yield
        after = state(*places)
        changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        assert not changed, changed
        assert (self._status() if in_git else []) == said

    def _status(self) -> list[str]:
        words = ("status", "--porcelain", "--ignored", "--untracked-files=all")
        said = git(self.root, "--no-optional-locks", *words)
        return [line for line in said.splitlines() if ".mlops-ext/" not in line]


def make(small: Small, **files: str) -> Sampled:
    """Committed, after the team ran it once and we were asked once."""
    given = {"mlops-ext.toml": SETTINGS, "data/visits.csv": visits(), "dvc.yaml": PIPELINE, **SCRIPTS}
    small.write({**given, **files})
    small.dvc("add", "-q", "data/visits.csv")
    small.dvc("repro", "-q")
    commit(small.root)
    small.call("integrate", "--only", "settings")
    return Sampled(small.root, str(small.project.relative_to(small.root)))


def state(*folders: Path) -> dict[str, Any]:
    """Every file and folder with its bytes, mode and time, ours left out."""
    found: dict[str, Any] = {}
    for folder in folders:
        for base, names, files in os.walk(folder):
            names[:] = [name for name in names if name != ".mlops-ext"]
            for path in (Path(base, name) for name in [*names, *files]):
                stat = path.lstat()
                content = path.readlink() if path.is_symlink() else _digest(path)
                found[str(path)] = (stat.st_mode, stat.st_mtime_ns, stat.st_ino, content)
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
