"""A pipeline's own stage as `fit`: its commands, run on a table of ours in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.readers import read

Frame = Any
Model = Any
FRAME = re.compile(r'^ *File "(.+)", line (\d+), in .*\n *(.*)$', re.MULTILINE)
WRITERS = {"csv": "to_csv", "parquet": "to_parquet", "pq": "to_parquet", "feather": "to_feather"}


class StageFailed(Exception):
    """A command of the stage ended badly: its last words, and the team's line that raised them."""

    def __init__(self, step: str, code: int, said: str, copy: str) -> None:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
        own = [found for found in FRAME.findall(said) if found[0].startswith(copy + os.sep)]
        super().__init__(last or f"step {step} ended with exit code {code}")
        self.where = f"{os.path.relpath(own[-1][0], copy)}:{own[-1][1]}" if own else ""
        self.deliberate = bool(own) and own[-1][2].startswith(("raise", "assert"))


class Stage:
    """What stands in for an adapter's file: it has `fit`, and the defaults are for the rest."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.said = plan.stage

    def fit(self, frame: Frame, target: Any) -> Model:
        """The model that the stage leaves when the table holds these rows."""
        with tempfile.TemporaryDirectory(prefix="mlops-ext-stage-") as folder:
            copy = os.path.realpath(folder)
            tree = Path(copy, "tree")
            shutil.copytree(self.said["tree"], tree, symlinks=True)
            self._write(frame, target, tree / self.said["table"])
            for step in self.said["steps"]:
                _run(step, tree)
            return _load(tree / self.said["model"])

    @cached_property
    def _place(self) -> int:
        return list(read(self.plan).columns).index(self.plan.label)

    def _write(self, frame: Frame, target: Any, path: Path) -> None:
        # Columns keep their place: scripts without a header count them.
        whole = frame.copy()
        whole.insert(self._place, self.plan.label, target.to_numpy())
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = WRITERS[path.suffix.lstrip(".").lower()]
        getattr(whole, writer)(path, **({"index": False} if writer != "to_feather" else {}))


def _run(step: dict[str, Any], tree: Path) -> None:
    for out in step["outs"]:
        (tree / out).parent.mkdir(parents=True, exist_ok=True)
    for command in step["commands"]:
        # The team's own command line, as their pipeline runs it.
        done = subprocess.run(  # noqa: S602
            command, shell=True, cwd=tree / step["folder"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StageFailed(step["name"], done.returncode, done.stderr or done.stdout, str(tree))


def _load(path: Path) -> Model:
    from mlops_ext.adapter import load

    if not path.exists():
        raise FileNotFoundError(f"the stage ended well and left no {path.name}")
    return load(str(path))
