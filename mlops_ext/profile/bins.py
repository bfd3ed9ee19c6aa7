"""Bins of a number, fixed at training: cut at quantiles, with what lies outside the training range apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

PARTS = 20
QUANTILES = tuple(number / PARTS for number in range(1, PARTS))


def choose_edges(low: float, quantiles: Sequence[float], high: float) -> tuple[float, ...]:
    """Ascending edges: the first bin is below the training range, the last above it.

    A value that takes several quantiles (many zeros, say) gets a bin of its own.
    """
    inner = [value for value in quantiles if math.isfinite(value)]
    repeated = {value for value, following in pairwise(inner) if value == following}
    edges = {
        low,
        *inner,
        math.nextafter(high, math.inf),
        *(math.nextafter(value, math.inf) for value in repeated),
    }
    return tuple(sorted(edge for edge in edges if math.isfinite(edge)))


def name_bin(edges: Sequence[float], number: int) -> str:
    """A bin as people read it."""
    if not edges:
        return "all values"
    if number == 0:
        return f"below {edges[0]:g}"
    if number == len(edges):
        return f"above {edges[-1]:g}"
    low, high = edges[number - 1], edges[number]
    return f"{low:g}" if high == math.nextafter(low, math.inf) else f"{low:g} to {high:g}"


def add(left: Iterable[int], right: Iterable[int]) -> tuple[int, ...]:
    """Counts of two parts as counts of the whole."""
    return tuple(one + other for one, other in zip(left, right, strict=True))
