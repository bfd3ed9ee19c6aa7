"""Just enough of versions to say on which side of a bound one lies."""

from __future__ import annotations

import re

Version = tuple[int, ...]
_CLAUSE = re.compile(r"(===?|~=|>=|<=|!=|<|>|\^|~|=)\s*v?([\w.*+!-]+)")


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def version(text: str) -> Version:
    """The numbers of a release: `1.4.1.post1` is (1, 4, 1)."""
    found = re.match(r"\d+(?:\.\d+)*", text.rpartition("!")[2])
    numbers = [int(part) for part in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def pinned(spec: str) -> Version | None:
    """The version where a specifier allows one, or one series (`0.7.*`: its first)."""
    for operator, text in _CLAUSE.findall(spec):
        if operator in ("==", "===", "=", "~=", "^", "~"):
            return version(text)
    if re.fullmatch(r"\d[\w.]*", spec.strip()):
        return version(spec.strip())
    return None


def below(spec: str, bound: Version) -> bool:
    """Whether a specifier keeps a package below a version."""
    exact = pinned(spec)
    if exact is not None:
        return exact < bound
    return any(
        (operator == "<" and version(text) <= bound) or (operator == "<=" and version(text) < bound)
        for operator, text in _CLAUSE.findall(spec)
    )
