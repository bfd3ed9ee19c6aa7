"""Names for tables in the settings: that of the file, with folders before it until no other has it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator

_PACKED = re.compile(r"\.gz$", re.IGNORECASE)


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """A name for each path; the first keeps the shortest where folders tell nothing apart."""
    words = {path: list(_words(path)) for path in paths}
    deep = dict.fromkeys(words, 1)
    while True:
        names = {path: "-".join(parts[-deep[path] :]) for path, parts in words.items()}
        times = Counter(names.values())
        shared = [path for path in names if times[names[path]] > 1]
        longer = [path for path in shared if deep[path] < len(words[path])]
        if not longer:
            return _numbered(names)
        for path in longer:
            deep[path] += 1


def _words(path: str) -> Iterator[str]:
    stem = posixpath.splitext(_PACKED.sub("", path))[0]
    for part in stem.split("/"):
        yield re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-").lower() or "table"


def _numbered(names: dict[str, str]) -> dict[str, str]:
    """`orders.csv` and `orders.parquet` differ in a suffix, `a b.csv` and `a-b.csv` in nothing we keep."""
    taken: set[str] = set()
    for path, name in names.items():
        suffix = re.sub(r"[^a-z0-9]+", "-", posixpath.splitext(_PACKED.sub("", path))[1].lower())
        choices = [name, f"{name}{suffix}", *(f"{name}-{number}" for number in range(2, len(names) + 2))]
        names[path] = next(choice for choice in choices if choice not in taken)
        taken.add(names[path])
    return names
