"""In the place of `mlops-ext`: what a workflow asks it, in which environment; it answers as it is told."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """#!{python}
import json, os, subprocess, sys
with open({calls!r}, "a") as file:
    asked = ["git", "rev-parse", "--verify", "-q", "refs/mlops-ext/pull/7/head"]
    fetched = subprocess.run(asked, capture_output=True, text=True).stdout.strip()
    call = {{"words": sys.argv[1:], "env": dict(os.environ), "fetched": fetched}}
    file.write(json.dumps(call) + "\\n")
told = json.load(open({told!r})).get(sys.argv[1], {{}})
with open(os.environ["GITHUB_OUTPUT"], "a") as file:
    file.writelines(f"{{name}}={{word}}\\n" for name, word in told.get("outputs", {{}}).items())
sys.exit(told.get("code", 0))
"""


@dataclass(frozen=True)
class Recorder:
    """Its folder leads PATH."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Recorder:
        made = cls(folder)
        folder.mkdir()
        text = PROGRAM.format(
            python=sys.executable, calls=str(folder / "calls"), told=str(folder / "told.json")
        )
        (folder / "mlops-ext").write_text(text)
        (folder / "mlops-ext").chmod(0o755)
        made.tell()
        return made

    @property
    def env(self) -> dict[str, str]:
        """For act."""
        return {"PATH": f"{self.folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}"}

    def tell(self, **stages: dict[str, Any]) -> None:
        """What it answers: `deliver={"outputs": {...}, "code": 0}`."""
        (self.folder / "told.json").write_text(json.dumps(stages))

    @property
    def calls(self) -> list[Call]:
        """How it was called, in order."""
        file = self.folder / "calls"
        return [Call(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


@dataclass(frozen=True)
class Call:
    """One call; `fetched` is what the clone then held of pull request 7."""

    words: list[str]
    env: dict[str, str]
    fetched: str

    @property
    def command(self) -> list[str]:
        """The words without those that every action gives."""
        always = ("--format=", "--save=", "--project=", "--pull")
        return [word for word in self.words if not word.startswith(always) and word != "--"]
