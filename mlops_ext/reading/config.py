"""A configuration as Git and DVC write it, `[section "name"]` and `key = value`, with lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_SECTION = re.compile(r"\s*\[\s*'?\s*(\w+)(?:\s+\"([^\"]+)\")?\s*'?\s*\]")


class Entry(NamedTuple):
    """`key = value` of one section."""

    section: str
    name: str
    key: str
    value: str
    line: int


def entries(text: str) -> Iterator[Entry]:
    """Every entry; comments are none."""
    section, name = "", ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _SECTION.match(line):
            section, name = found[1], found[2] or ""
        elif "=" in line and not line.lstrip().startswith(("#", ";")):
            key, _, value = line.partition("=")
            yield Entry(section, name, key.strip(), value.strip().strip("\"'"), number)
