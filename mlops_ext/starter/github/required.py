"""The file that the project environment is made from on a runner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext.reading.tree import joined

if TYPE_CHECKING:
    from mlops_ext.reading.tree import Tree

_NAME = re.compile(r"requirements[\w.-]*\.(?:txt|lock)")
_OTHER = re.compile(r"dev|test|doc|lint|tool|inference|serv|deploy|conda|build|ci\b", re.IGNORECASE)
_ASKS = re.compile(r"^dependencies\s*=|^\[tool\.poetry\.dependencies\]", re.MULTILINE)
_MADE_BY = (
    ("uv.lock", "uv export --frozen --no-emit-project -o requirements.lock"),
    ("poetry.lock", "poetry export -o requirements.lock"),
    ("pdm.lock", "pdm export -o requirements.lock"),
    ("Pipfile.lock", "pipenv requirements --hash > requirements.lock"),
    ("environment.yml", "name one, or a runner that has conda's environment active"),
    ("environment.yaml", "name one, or a runner that has conda's environment active"),
    ("pyproject.toml", "uv pip compile pyproject.toml -o requirements.lock"),
)
DEEPEST = 2


def requirements_of(tree: Tree, lock: str) -> tuple[str, tuple[str, ...]]:
    """The lock of the settings, else the plainest requirements file of the project, else of the top.

    Where there is none, a remark says how the team's own tool writes one.
    """
    if _NAME.fullmatch(PurePosixPath(lock).name):
        return joined(tree.project, lock), ()
    for one in tree.and_above:
        found = sorted(filter(None, (_rank(path, one.project) for path in one.files)))
        if found:
            return _with_tests(one, found[0][-1]), ()
    return "", tuple(_unmade(tree))


def _with_tests(tree: Tree, path: str) -> str:
    """The file for those who test, where it takes the plain one in: the team's tests are run as well."""
    folder, _, name = path.rpartition("/")
    taken = re.compile(rf"^(?:-r|--requirement)[ =]*{re.escape(name)}\s*$", re.MULTILINE)
    for other in tree.files:
        inside, _, said = other.rpartition("/")
        of_tests = _NAME.fullmatch(said) and re.search("dev|test", said, re.IGNORECASE)
        if inside == folder and of_tests and taken.search(tree.text(other) or ""):
            return other
    return path


def _unmade(tree: Tree) -> Iterator[str]:
    for one in tree.and_above:
        for name, how in _MADE_BY:
            path = joined(one.project, name)
            if one.has(path) and (name != "pyproject.toml" or _ASKS.search(one.text(path) or "")):
                yield f"{path}: the workflows make the project environment from a requirements file: {how}"
                return


def _rank(path: str, folder: str) -> tuple[int, bool, int, str] | None:
    """Less is plainer: fewer folders, a lock before what it is made from, a short name; None for no such."""
    below = PurePosixPath(path.removeprefix(f"{folder}/") if folder else path)
    inside = path.startswith(f"{folder}/") or not folder
    depth = len(below.parts)
    if not inside or depth > DEEPEST or not _NAME.fullmatch(below.name) or _OTHER.search(str(below)):
        return None
    return depth, not below.name.endswith(".lock"), len(below.name), path
