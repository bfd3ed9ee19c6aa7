"""The team's own modules that a pickled model may need, copied beside it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.process import run as run_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TESTS = ("tests", "test")
# Not the team's: environments, builds, and what tools leave behind.
OTHERS = (
    "venv",
    "env",
    "node_modules",
    "site-packages",
    "build",
    "dist",
    "mlartifacts",
    "mlruns",
    "__pycache__",
)


def copy(tree: Path, roots: Iterable[str], target: Path) -> list[str]:
    """Copy the modules below each root into one folder; what was copied.

    One folder stands for all roots on `sys.path`: of two modules with one name the first root's is taken,
    as Python would.
    """
    copied = []
    for root in roots:
        base = (tree / root).resolve()
        if not base.is_dir() or not base.is_relative_to(tree.resolve()):
            continue
        for path in sorted(_modules(base)):
            place = target / path.relative_to(base)
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
                copied.append(path.relative_to(base).as_posix())
    return copied


def _modules(base: Path) -> Iterator[Path]:
    for path in _tracked(base) or _all(base):
        parts = path.relative_to(base).parts
        if not any(
            part in TESTS or part in OTHERS or part.startswith(".") for part in parts
        ) and not _is_test(path.name):
            yield path


def _tracked(base: Path) -> list[Path]:
    """What Git tracks; nothing where this is no work tree, as in a run of a deployed pipeline."""
    listed = run_command(["git", "ls-files", "-z", "--", "*.py"], cwd=base)
    if listed.code != 0:
        return []
    return [base / name for name in listed.stdout.split("\0") if name and (base / name).is_file()]


def _all(base: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(base):
        folders[:] = [name for name in folders if name not in OTHERS and not name.startswith(".")]
        yield from (Path(folder) / name for name in names if name.endswith(".py"))


def _is_test(name: str) -> bool:
    return name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")
