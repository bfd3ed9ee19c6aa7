"""Whether a machine can take a package: interpreter, folder, disk and memory."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.contract.settings import TargetSettings
from mlops_ext_dvc.targets import interpreters

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Package
    from mlops_ext.contract.targets import Target

QUESTION = "target"
MB = 1 << 20
COPIES = 4


def check(context: Context, package: Package, target: Target) -> Report:
    """Answer the question `target`."""
    folder = _nearest(Path(target.path))
    limits = context.settings.targets.get(target.name, TargetSettings()).limits
    needed = max(limits.disk_mb, COPIES * package.size // MB + 1)
    checks = [_interpreter(context, package), _writable(folder), _disk(folder, needed)]
    if limits.memory_mb:
        checks.append(_memory(limits.memory_mb))
    return Report(question=QUESTION, checks=tuple(checks), looked_at=str(folder))


def _interpreter(context: Context, package: Package) -> Check:
    found = interpreters.find(package.python, context.root)
    if found:
        return Check(name="interpreter", status=PASS, message=f"Python {package.python}: {found}")
    return Check(
        name="interpreter",
        status=FAIL,
        message=f"there is no Python {package.python} on the target",
        hint=f"uv python install {package.python}",
    )


def _writable(folder: Path) -> Check:
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return Check(name="folder", status=PASS, message="the folder can be written")
    return Check(
        name="folder",
        status=FAIL,
        message="the folder of the target can't be written",
        where=str(folder),
        hint="give this user the right to, or set another `path`",
    )


def _disk(folder: Path, needed: int) -> Check:
    free = shutil.disk_usage(folder).free // MB
    status = PASS if free >= needed else FAIL
    message = f"{free} MB free" if status == PASS else f"{free} MB free, {needed} MB are needed"
    return Check(name="disk", status=status, message=message, value=free, limit=needed, where=str(folder))


def _memory(needed: int) -> Check:
    there = memory_mb()
    status = PASS if there >= needed else FAIL
    message = f"{there} MB of memory" if status == PASS else f"{there} MB of memory, {needed} MB are needed"
    return Check(name="memory", status=status, message=message, value=there, limit=needed)


def memory_mb() -> int:
    """How much memory a process may have here: of the machine, the container and the user, the least."""
    known = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = Path(file).read_text(encoding="ascii").strip() if Path(file).is_file() else ""
        known += [int(text)] if text.isdigit() else []
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    known += [soft] if soft != resource.RLIM_INFINITY else []
    return min(known) // MB


def _nearest(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
