"""The file that the project environment is made from on a runner."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext.reading.tree import joined

if TYPE_CHECKING:
    from mlops_ext.reading.tree import Tree

_NAME = re.compile(r"requirements[\w.-]*\.(?:txt|lock)")
_OTHER = re.compile(r"dev|test|doc|lint|tool|inference|serv|deploy|conda|build|ci\b", re.IGNORECASE)
DEEPEST = 2


def requirements_of(tree: Tree, lock: str) -> str:
    """The lock of the settings, else the plainest requirements file of the project, else of the top."""
    if lock:
        return joined(tree.project, lock)
    for folder in dict.fromkeys((tree.project, "")):
        found = sorted(filter(None, (_rank(path, folder) for path in tree.files)))
        if found:
            return found[0][-1]
    return ""


def _rank(path: str, folder: str) -> tuple[int, bool, int, str] | None:
    """Less is plainer: fewer folders, a lock before what it is made from, a short name; None for no such."""
    below = PurePosixPath(path.removeprefix(f"{folder}/") if folder else path)
    inside = path.startswith(f"{folder}/") or not folder
    depth = len(below.parts)
    if not inside or depth > DEEPEST or not _NAME.fullmatch(below.name) or _OTHER.search(str(below)):
        return None
    return depth, not below.name.endswith(".lock"), len(below.name), path
