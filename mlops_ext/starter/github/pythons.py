"""Which Python the workflows set up, from what the team's files say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_ext.reading import located
from mlops_ext.reading.tree import joined

if TYPE_CHECKING:
    from mlops_ext.reading.tree import Tree

# Host and plugins run on these; they and the project environment are made from the same interpreter.
OURS = (11, 12, 13, 14)
_FILES = (
    (".python-version", re.compile(r"^(?:cpython-|python-)?3\.(\d+)", re.MULTILINE)),
    (".tool-versions", re.compile(r"^python\s+3\.(\d+)", re.MULTILINE)),
    ("runtime.txt", re.compile(r"^python-3\.(\d+)", re.MULTILINE)),
    ("environment.yml", re.compile(r"-\s*[\"']?python\s*={1,2}\s*3\.(\d+)")),
    ("environment.yaml", re.compile(r"-\s*[\"']?python\s*={1,2}\s*3\.(\d+)")),
    ("Dockerfile", re.compile(r"^FROM\s+(?:\S+/)?python:3\.(\d+)", re.MULTILINE)),
)
_RANGE = re.compile(r"^\s*(?:requires-python|python|python_requires)\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_BOUND = re.compile(r"(>=|>|<=|<|==|~=|\^|~)?\s*3(?:\.(\d+))?(?:\.(?:\d+|\*))*")


def python_of(tree: Tree) -> tuple[str, tuple[str, ...]]:
    """The version, empty for the workflows' own default, and a remark where the team's is too old."""
    for where, minor in _named(tree):
        if minor in OURS:
            return f"3.{minor}", ()
        return "", (f"{where}: Python 3.{minor}; the workflows set up a newer one, 3.{OURS[0]} at least",)
    return "", ()


def _named(tree: Tree) -> Iterator[tuple[str, int]]:
    """Each file that names one, the nearest first."""
    for one in tree.and_above:
        for name, form in _FILES:
            path = joined(one.project, name)
            found = form.search(one.text(path) or "") if one.has(path) else None
            if found:
                yield path, int(found[1])
    yield from _of_workflows(tree)
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        path = joined(tree.project, name)
        found = _RANGE.search(tree.text(path) or "") if tree.has(path) else None
        minor = lowest(found[1]) if found else None
        if minor is not None:
            yield path, minor


def _of_workflows(tree: Tree) -> Iterator[tuple[str, int]]:
    """The newest that the team's own workflows set up, where they agree on one."""
    seen: dict[int, str] = {}
    for path in tree.files:
        if path.startswith(".github/workflows/"):
            try:
                said = list(located.words(located.load(tree.text(path) or "")))
            except located.NotYamlError:
                continue
            for key, word in said:
                if key.endswith("python-version") and (found := re.match(r"3\.(\d+)", word)):
                    seen.setdefault(int(found[1]), path)
    if seen:
        yield seen[max(seen)], max(seen)


def lowest(said: str) -> int | None:
    """The oldest of ours in a range like `>=3.12,<3.14`; else its own; None where any of ours will do."""
    bounds = [(match[1] or "==", int(match[2])) for match in _BOUND.finditer(said) if match[2]]
    allowed = [m for m in range(OURS[-1] + 1) if all(_allows(word, bound, m) for word, bound in bounds)]
    ours = [minor for minor in OURS if minor in allowed]
    if not allowed or len(ours) == len(OURS):
        return None
    return ours[0] if ours else allowed[-1]


def _allows(word: str, bound: int, minor: int) -> bool:
    if word in (">=", "~=", "^"):
        return minor >= bound
    if word in ("==", "~"):
        return minor == bound
    return {">": minor >= bound, "<": minor < bound, "<=": minor <= bound}[word]
