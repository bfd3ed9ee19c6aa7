"""Which rows a sample keeps: spread over all, and some of every value of the label."""

from __future__ import annotations

import random
from collections.abc import Iterable

SEED = 0
MOST_VALUES = 50
SHARE = 100
LEAST = 2


def spread(total: int, wanted: int) -> tuple[int, ...]:
    """One position of each of as many stretches: what is sorted by time or class has another head than body.

    Drawn inside a stretch, always the same ones: with equal steps rows that alternate would all be alike.
    """
    step = max(1, -(-total // max(wanted, 1)))
    draw = random.Random(SEED)  # noqa: S311 - a draw, no secret
    return tuple(min(start + draw.randrange(step), total - 1) for start in range(0, max(total, 0), step))


def chosen(total: int, wanted: int, labels: Iterable[object] = ()) -> frozenset[int]:
    """The positions to keep; of a label with many values, a number for instance, none are added."""
    even = frozenset(spread(total, wanted))
    enough = max(LEAST, wanted // SHARE)
    kept: dict[object, int] = {}
    others: dict[object, list[int]] = {}
    for at, value in enumerate(labels):
        kept.setdefault(value, 0)
        kept[value] += at in even
        if len(kept) > MOST_VALUES:
            return even
        spare = others.setdefault(value, [])
        if at not in even and len(spare) < enough:
            spare.append(at)
    return even.union(*(spare[: max(0, enough - kept[value])] for value, spare in others.items()))
