"""After a failed run DVC takes its `.gitignore` lines back, and the next `git add .` commits the data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext_dvc.files.project import in_git


def ignore_outputs(root: Path, outputs: Iterable[str]) -> list[str]:
    """Ignore each output that lies in the workspace unignored, as DVC does after a success; their paths."""
    there = [path for path in outputs if (root / path).exists() and not Path(path).is_absolute()]
    if not there or not in_git(root):
        return []
    asked = process.run(["git", "check-ignore", "-z", "--stdin"], cwd=root, stdin="\0".join(there) + "\0")
    tracked = process.run(["git", "ls-files", "-z", "--", *there], cwd=root).stdout.split("\0")
    open_ = [path for path in there if path not in asked.stdout.split("\0") and path not in tracked]
    for path in open_:
        _append(root / path)
    return open_


def _append(path: Path) -> None:
    file = path.parent / ".gitignore"
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    gap = "" if before.endswith("\n") or not before else "\n"
    durable.write_text(file, f"{before}{gap}/{path.name}\n")
