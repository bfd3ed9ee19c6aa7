"""The parts of the data that gain least, or lose: the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlops_ext.comment.numbers import signed
from mlops_ext.comment.section import Section, row, table
from mlops_ext.comment.told import Told
from mlops_ext.output.clean import markdown

PREFIX = "slice:"
MOST = 5
WIDTH = 10
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class _Slice:
    name: str
    rows: int | None
    gain: float
    bad: bool


def slices(told: Told) -> Iterator[Section]:
    """Their gain over the champion; bars share one scale, and a loss says so in its number."""
    found = sorted(_found(told), key=lambda one: (not one.bad, one.gain))
    if not found:
        return
    most = max(abs(one.gain) for one in found[:MOST])
    head = table(("worst slices", "rows", "gain over the champion", ""), (1, 2))
    losing = any(one.gain < 0 for one in found[:MOST])
    rows = tuple(_row(one, most, losing) for one in found[:MOST])
    left = len(found) - MOST
    foot = ("", f"{left:,} other slices gain more.") if left > 0 else ()
    yield Section(rank=4, head=head, rows=rows, foot=foot)


def _found(told: Told) -> Iterator[_Slice]:
    for detail in told.view.details:
        check = detail.check
        if check and check.name.startswith(PREFIX) and isinstance(check.value, float):
            yield _Slice(check.name.removeprefix(PREFIX), check.rows, check.value, detail.bad)


def _row(one: _Slice, most: float, losing: bool) -> str:
    gain = signed(one.gain) or "0"
    rows = "" if one.rows is None else f"{one.rows:,}"
    return row((markdown(one.name), rows, f"**{gain}**" if one.bad else gain, _bar(one.gain, most, losing)))


def _bar(gain: float, most: float, losing: bool) -> str:
    """To the right of the start; where any slice loses, a loss goes to the left of it."""
    blocks = "█" * (round(abs(gain) / most * WIDTH) if most else 0)
    left, right = (blocks, "") if gain < 0 else ("", blocks)
    bar = f"{left:>{WIDTH}}│{right:<{WIDTH}}" if losing else f"{right:<{WIDTH}}"
    # Markdown takes common spaces away from both ends of code.
    return f"`{bar.replace(' ', NO_BREAK)}`"
