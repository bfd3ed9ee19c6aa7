"""Asks the training tests of folders with adapters, in an environment without mlops-ext."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mlops_ext.testing.training.questions import NAMES
from training.tables import orders

ROOT = Path(__file__).parents[2]
ADAPTERS = Path(__file__).parent / "adapters"
BOOSTERS = ROOT / ".build" / "boosters" / "venv" / "bin" / "python"
MANY = Path(__file__).parent / "many.py"


@dataclass(frozen=True)
class Answered:
    """The answers of one adapter by the names of the questions."""

    answers: dict[str, dict[str, Any]]

    def no(self) -> list[str]:
        """What was answered with no, as far as it closes a gate."""
        said = self.answers.items()
        return [name for name, one in said if one["status"] == "fail" and one["severity"] == "critical"]

    def said(self, name: str) -> str:
        """The message and the place of one answer."""
        one = self.answers[name]
        return f"{one['status']}: {one.get('message', '')} {one.get('where', '')}"

    def status(self, name: str) -> str:
        """One word."""
        return str(self.answers[name]["status"])


def ask(
    folder: Path,
    python: Path,
    imports: tuple[str, ...],
    cases: dict[str, dict[str, str]],
    only: Mapping[str, str] = MappingProxyType({}),
    tables: Mapping[str, Any] = MappingProxyType({}),
    skip: Sequence[str] = (),
) -> dict[str, Answered]:
    """The answers for each case: files in a folder of its own, `adapter.py` among them.

    `only` says for a case which question alone is put.
    """
    plans = []
    for name, files in cases.items():
        place = folder / name
        place.mkdir(parents=True)
        for file, text in files.items():
            (place / file).write_text(text)
        (tables[name] if name in tables else orders()).to_parquet(place / "orders.parquet")
        skipped = [one for one in NAMES[1:] if one != only[name]] if name in only else skip
        plans.append(_plan(place, skipped))
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": str(folder)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PYTHONHASHSEED"] = "0"
    done = subprocess.run(
        [python, MANY, ",".join(imports), *plans], env=env, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: _read(folder / name) for name in cases}


def adapter(name: str) -> dict[str, str]:
    """An honest training with one library, and the features that it shares with the others."""
    return {
        "adapter.py": (ADAPTERS / f"{name}.py").read_text(),
        "features.py": (ADAPTERS / "features.py").read_text(),
    }


def _plan(place: Path, skip: Sequence[str]) -> Path:
    plan = {
        "adapter": str(place / "adapter.py"),
        "table": str(place / "orders.parquet"),
        "label": "bought",
        "ignored": ["id", "since"],
        "root": str(place),
        "path": [str(place)],
        "skip": dict.fromkeys(skip, "asked elsewhere"),
    }
    (place / "plan.json").write_text(json.dumps(plan))
    return place / "plan.json"


def _read(place: Path) -> Answered:
    lines = [json.loads(line) for line in (place / "answers.jsonl").read_text().splitlines()]
    return Answered({line["name"]: line for line in lines if "name" in line})
