"""Parts of a comment, and what is left out where all of them are too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

# GitHub counts 65,536 characters; bytes are never fewer, whatever it takes for one.
LIMIT = 65_000
ALWAYS = 0


@dataclass(frozen=True, kw_only=True)
class Section:
    """Lines that stand or fall together, and rows that may be cut from their end.

    `rank` says what goes first where room is short: the highest; `ALWAYS` never goes.
    """

    rank: int
    head: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    cut: int = 0

    @property
    def lines(self) -> Iterator[str]:
        """The section as it is shown, with how many rows are not."""
        yield from self.head
        yield from self.rows
        if self.cut:
            yield from ("", f"{self.cut:,} more in the full report.")
        yield from self.foot


def table(head: Sequence[str], numbers: Sequence[int] = ()) -> tuple[str, str]:
    """The two first lines of a table; the columns of these places are aligned as numbers."""
    rules = ("--:" if place in numbers else ":--" for place in range(len(head)))
    return row(head), f"|{'|'.join(rules)}|"


def row(cells: Sequence[str]) -> str:
    """One row; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def folded(rank: int, title: str, said: str, head: Sequence[str], rows: Sequence[str]) -> Section:
    """A section behind a line that tells its result already; `said` is HTML, as nothing else works there."""
    start = f"<details><summary><b>{title}</b>{f': {said}' if said else ''}</summary><br>"
    return Section(rank=rank, head=(start, "", *head), rows=tuple(rows), foot=("", "</details>"))


def fitted(sections: Sequence[Section], limit: int = LIMIT) -> str:
    """All sections in their order, under `limit` bytes: whole sections go first, then rows from the end."""
    kept = list(sections)
    while sum(_least(one) for one in kept) > limit:
        kept.remove(max(kept, key=lambda one: one.rank))
    room = limit - sum(_least(one) for one in kept)
    shown: dict[int, Section] = {}
    for one in sorted(kept, key=lambda one: one.rank):
        shown[id(one)], room = _within(one, room)
    return "\n".join(line for one in kept for line in (*shown[id(one)].lines, "")).rstrip() + "\n"


def _least(section: Section) -> int:
    """The bytes of a section without rows, with the line that says so."""
    return _size(replace(section, rows=(), cut=len(section.rows)).lines) + 1


def _within(section: Section, room: int) -> tuple[Section, int]:
    for number, line in enumerate(section.rows):
        size = _size((line,))
        if size > room:
            return replace(section, rows=section.rows[:number], cut=len(section.rows) - number), 0
        room -= size
    return section, room


def _size(lines: Iterator[str] | Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
