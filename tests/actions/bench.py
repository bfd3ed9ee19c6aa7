"""A repository whose stages answer as a test wants, and workflows of one job or more that use our actions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from acting.acted import Acted
from acting.runner import Act
from calling import commit, git

from mlops_ext.testing.fakes import write_distribution

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OURS = "mlops-ext/mlops-ext/github-actions/{}@0123456789012345678901234567890123456789"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
SETTINGS = """\
name = "bench"
plugins = ["bench"]

[data.visits]
path = "data/visits.csv"

[models.late]
file = "model.pkl"
test = "visits"
release.target = "test"
trigger.target = "test"
monitor.persistence = 1

[targets.test]
registers = true
"""
FILES = {"mlops-ext.toml": SETTINGS, "data/visits.csv": "a\n1\n2\n", ".gitignore": "/.mlops-ext/\n"}
STAGES = ("develop", "integrate", "deliver", "trigger", "release", "monitor")
# What a stage is given where a test says nothing else.
GIVEN: dict[str, dict[str, str]] = {
    "deliver": {"target": "test"},
    "trigger": {"demand": "a new quarter"},
    "monitor": {"as-of": "2026-04-01"},
}


def uses(action: str, **given: str) -> dict[str, Any]:
    """A step with one of our actions; the command is the one that is on PATH."""
    name = given.pop("id", action)
    inputs = {"install": "none", **GIVEN.get(action, {}), **given}
    return {
        "id": name,
        "uses": OURS.format(action),
        "with": {key.replace("_", "-"): inputs[key] for key in inputs},
    }


@dataclass
class Bench:
    """The repository at `root`. `store` is what outlives a job."""

    root: Path
    store: Path
    act: Act
    path: str

    @classmethod
    def make(cls, folder: Path, checkout: Path) -> Bench:
        """A repository in a folder of its own."""
        plugin = (HERE / "bench_plugin.py").read_text(encoding="utf-8")
        found = write_distribution(folder / "plugins", "bench", plugin)
        (folder / "repository").mkdir()
        git(folder / "repository", "init", "-q", "-b", "main")
        path = os.pathsep.join([str(found), str(ROOT)])
        made = cls(folder / "repository", folder / "store", Act(folder / "acting", checkout), path)
        made.write(FILES)
        return made

    def with_store_of(self, other: Bench) -> Bench:
        """What another one has done so far was done here."""
        shutil.copytree(other.store, self.store)
        return self

    def write(self, files: Mapping[str, str]) -> None:
        """Files of the repository, not committed."""
        for name, text in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text, encoding="utf-8")

    def run(
        self,
        jobs: Mapping[str, Sequence[dict[str, Any]]],
        *,
        event: str = "push",
        env: Mapping[str, Mapping[str, str]] | None = None,
        everywhere: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Acted:
        """Run a workflow with these steps in each job; `env` is of a job, `everywhere` of all."""
        made: dict[str, Any] = {
            name: {
                "runs-on": "ubuntu-24.04",
                "env": dict((env or {}).get(name, {})),
                "steps": [{"uses": CHECKOUT}, *steps],
            }
            for name, steps in jobs.items()
        }
        self.write({".github/workflows/bench.yml": yaml.safe_dump({"on": [event], "jobs": made}, width=1000)})
        commit(self.root)
        paths = {
            "BENCH": str(self.store),
            "PYTHONPATH": f"{self.path}:{ROOT}",
            "GITHUB_REF_PROTECTED": "true",
        }
        return self.act(
            event, ".github/workflows/bench.yml", self.root, env={**paths, **(everywhere or {})}, **more
        )
