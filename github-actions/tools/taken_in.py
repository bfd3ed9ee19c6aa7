"""A requirements file with all that it takes in: what the project's environment is made from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_TAKES = re.compile(rb"^[ \t]*(?:-r|-c|--requirement|--constraint)[ \t=]*(\S+)", re.MULTILINE)
# Paths of the workspace: what lies there changes with the commit, and the place is this runner's.
_LOCAL = re.compile(rb"^[ \t]*(?:-e|--editable|\.{1,2}(?:/|[ \t;\[]|$)|/|file:)|@[ \t]*file:", re.MULTILINE)


def parts(requirements: Path) -> Iterator[bytes]:
    """What tells this environment from another one."""
    found = list(_contents(requirements, set()))
    yield b"project"
    yield from found
    if any(_LOCAL.search(content) for content in found):
        yield os.getcwd().encode()
        yield os.environ.get("GITHUB_SHA", "").encode()


def _contents(file: Path, seen: set[Path]) -> Iterator[bytes]:
    """The bytes of the file and of those it names, each once; pip itself says that one is not there."""
    if file in seen or not file.is_file():
        return
    seen.add(file)
    content = file.read_bytes()
    yield content
    for name in _TAKES.findall(content):
        yield from _contents(Path(os.path.normpath(file.parent / os.fsdecode(name))), seen)
