"""What the steps of one run wrote, by the times of files: what is new, and what was not theirs to write.

Times of the content's last change tell when a file was written, those of its entry whether it was put there
in this run at all: an unpacked archive brings old times with it, and a file that nobody touched has both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlops_ext import durable, process
from mlops_ext_dvc.contracts.picture import within
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.project import LOCK
from mlops_ext_dvc.samples.clone import without_git
from mlops_ext_dvc.steps.shell import Event

MARK = "mlops-ext-begun"
# The last two MLflow writes beside the store that a sample run gives it.
SKIPPED = {".git", ".dvc", "__pycache__", ".ipynb_checkpoints", "mlruns", "mlartifacts"}
SLACK = 0.02


class Write(NamedTuple):
    """A file that a step wrote although it is no output of its own; `owner` says whose it is."""

    stage: str
    path: str
    owner: str
    kind: str


def begin(root: Path) -> int:
    """The file system's own time now, in nanoseconds; what is written later has a later one."""
    mark = root / ".dvc" / MARK
    durable.write_text(mark, "")
    return mark.stat().st_ctime_ns


def is_new(path: Path, begun: int) -> bool:
    """Whether a file, or some file in a folder, was put there after that."""
    files = (Path(base, name) for base, _, names in os.walk(path) for name in names)
    return any(file.lstat().st_ctime_ns > begun for file in (files if path.is_dir() else [path]))


def foreign(root: Path, plan: Plan, events: Mapping[str, Event], begun: int) -> list[Write]:
    """Writes to data that is read, to outputs of other steps, and to files that nobody declares."""
    found = []
    for path, written in _written(root, begun):
        stages = _writers(events, written)
        owner, kind = _owner(plan, path)
        if kind == "output" and (not stages or owner in stages):
            continue
        found.append(Write(stages[0] if stages else "", path, owner, kind))
    ignored = _ignored(root, [write.path for write in found if not write.kind])
    return [write for write in found if write.path not in ignored]


def _written(root: Path, begun: int) -> Iterator[tuple[str, float]]:
    for base, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and name != ".mlops-ext"]
        for name in names:
            stat = os.lstat(os.path.join(base, name))
            if stat.st_ctime_ns > begun and stat.st_mtime_ns > begun and not _is_dvcs(name):
                yield Path(base, name).relative_to(root).as_posix(), stat.st_mtime_ns / 1e9


def _is_dvcs(name: str) -> bool:
    return name in (LOCK, ".gitignore") or name.endswith(".dvc")


def _writers(events: Mapping[str, Event], written: float) -> list[str]:
    """The steps that may have written then, the likeliest first; clocks of files are a little behind."""
    apart = {stage: _apart(event, written) for stage, event in events.items()}
    return sorted((stage for stage in apart if apart[stage] <= SLACK), key=apart.__getitem__)


def _apart(event: Event, written: float) -> float:
    """Seconds between a moment and the time that a step took."""
    return max(0.0, event.started - written, written - (event.ended or float("inf")))


def _owner(plan: Plan, path: str) -> tuple[str, str]:
    """Whose a path is, and what: an output, a dependency, or nothing that is declared."""
    for step in plan.steps:
        if any(within(path, out) for out in step.outs):
            return step.name, "output"
    for step in plan.steps:
        if any(within(path, dep) for dep in step.deps):
            return step.name, "dependency"
    return "", "" if path not in plan.metrics else "output"


def _ignored(root: Path, paths: list[str]) -> set[str]:
    if not paths:
        return set()
    asked = "\0".join(paths) + "\0"
    words = ["git", "check-ignore", "-z", "--stdin"]
    found = process.run(words, cwd=root, stdin=asked, env=without_git(os.environ))
    return set(found.stdout.split("\0"))
