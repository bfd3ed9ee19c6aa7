"""A proposal: the files that would be written, in the order of writing, and what is said of each thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class NewFile:
    """A file to write, relative to the project, and what it holds; `added` is put behind what is there."""

    path: str
    text: str
    what: str
    added: bool = False


@dataclass
class Proposal:
    """`files` end with the settings: until they are there, a second call proposes the rest again."""

    root: Path
    files: list[NewFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
