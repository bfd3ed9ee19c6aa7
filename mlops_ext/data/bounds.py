"""Bounds that may be claimed of a column after one look at it: wide enough for the next good batch."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from mlops_ext.data.seen import NUMBERS, TIMES

if TYPE_CHECKING:
    from mlops_ext.data.seen import SeenColumn

Bounds = tuple[float | str | None, float | str | None]
NONE: Bounds = (None, None)
# Floats are exact below, and bounds are compared as floats.
_EXACT = 2.0**53
_IDS = {"id", "ids", "uuid", "guid", "key", "index", "idx", "number", "no", "code", "zip", "unnamed", "row"}
_CLOCKS = {"time", "timestamp", "date", "datetime", "epoch", "year", "ts"}


def bounds_of(seen: SeenColumn) -> Bounds:
    """Each end is moved outwards by twice the width of what was seen, never across zero.

    A flag keeps 0 and 1. Ids, constants and columns with NaN get none, a side with a long tail
    gets none, and times get no maximum.
    """
    if seen.type in TIMES and isinstance(seen.low, str) and isinstance(seen.high, str):
        return _first_year(seen.low, seen.high), None
    if seen.type not in NUMBERS or seen.nan or is_id(seen) or _words(seen.name) & _CLOCKS:
        return NONE
    low, high = seen.low, seen.high
    if isinstance(low, str) or isinstance(high, str) or low is None or high is None:
        return NONE
    if (low, high, seen.distinct) == (0, 1, 2):
        return 0, 1
    if low == high or max(abs(low), abs(high)) >= _EXACT:
        return NONE
    return _widened(seen, float(low), float(high))


def is_id(seen: SeenColumn) -> bool:
    """Whether a column names rows: by its name, or since no whole number in it is there twice."""
    return bool(_words(seen.name) & _IDS) or (seen.type == "integer" and seen.distinct == seen.filled)


def _widened(seen: SeenColumn, low: float, high: float) -> Bounds:
    width = high - low
    if not math.isfinite(width):
        return NONE
    # Two digits of the width are enough for a bound that is a guess.
    unit = 10.0 ** (math.floor(math.log10(width)) - 1)
    below, above = _outwards(low - 2 * width, unit, math.floor), _outwards(high + 2 * width, unit, math.ceil)
    below, above = (max(below, 0) if low >= 0 else below), (min(above, 0) if high <= 0 else above)
    first, middle, last = seen.tails if len(seen.tails) == 3 else (low, (low + high) / 2, high)
    return (
        None if _long_tail(middle - low, middle - first, last - middle) else below,
        None if _long_tail(high - middle, last - middle, middle - first) else above,
    )


def _long_tail(end: float, most: float, other: float) -> bool:
    """From the middle to the end, to 49 of 50 values on that side, and to as many on the other side."""
    return end > 3 * most or most > 6 * other


def _outwards(value: float, unit: float, whole: Callable[[float], int]) -> float:
    # A product of floats has digits that nobody wrote.
    return float(f"{whole(value / unit) * unit:.12g}")


def _first_year(low: str, high: str) -> str | None:
    """The first day of the year that lies as long before the first time as the last one after it."""
    try:
        first, last = (datetime.fromisoformat(text).replace(tzinfo=None) for text in (low, high))
        return f"{(first - (last - first)).year:04d}-01-01"
    except (ValueError, OverflowError):
        return None


def _words(name: str) -> set[str]:
    """The words of a name that is written with underscores, blanks, or a capital for each."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}
