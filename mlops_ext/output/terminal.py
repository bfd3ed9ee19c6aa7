"""What stdout can show: colour, width, letters."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TextIO

WIDEST = 100
_CODES = {"passed": "32", "failed": "31", "settings": "31", "error": "31", "warning": "33", "skipped": "2"}


@dataclass(frozen=True)
class Style:
    """How lines are laid out: width 0 is "as long as they are", for a pipe or a file."""

    colour: bool = False
    width: int = 0

    def word(self, text: str, kind: str) -> str:
        """A word in the colour of what it says; the word says it too."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.colour and kind in _CODES else text

    def strong(self, text: str) -> str:
        """A line that is read first."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text


def style_of(stream: TextIO) -> Style:
    """NO_COLOR wins over FORCE_COLOR, and both over what the stream is."""
    terminal = stream.isatty()
    colour = terminal and os.environ.get("TERM") != "dumb"
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        colour = True
    if os.environ.get("NO_COLOR"):
        colour = False
    width = min(shutil.get_terminal_size().columns, WIDEST) if terminal else 0
    return Style(colour=colour, width=width)


def write(stream: TextIO, lines: list[str]) -> None:
    """Print lines; a letter that the stream can't write is shown by its number."""
    encoding = stream.encoding or "utf-8"
    text = "".join(f"{line}\n" for line in lines)
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
