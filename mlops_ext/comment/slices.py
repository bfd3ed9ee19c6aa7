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
    rows = tuple(_row(one, most) for one in found[:MOST])
    left = len(found) - MOST
    foot = ("", f"{left:,} other slices gain more.") if left > 0 else ()
    yield Section(rank=4, head=head, rows=rows, foot=foot)


def _found(told: Told) -> Iterator[_Slice]:
    for detail in told.view.details:
        check = detail.check
        if check and check.name.startswith(PREFIX) and isinstance(check.value, float | int):
            yield _Slice(check.name.removeprefix(PREFIX), check.rows, float(check.value), detail.bad)


def _row(one: _Slice, most: float) -> str:
    filled = round(WIDTH * abs(one.gain) / most) if most else 0
    # No-break spaces: Markdown takes the others away from the end of code.
    bar = f"`{'█' * filled}{chr(0xA0) * (WIDTH - filled)}`"
    gain = signed(one.gain) or "0"
    rows = "" if one.rows is None else f"{one.rows:,}"
    return row((markdown(one.name), rows, f"**{gain}**" if one.bad else gain, bar))
