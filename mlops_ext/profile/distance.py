"""How far two populations lie apart, and how far they would by chance alone."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from mlops_ext.profile.bins import name_bin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_ext.contract.profile import ColumnProfile

# One false alarm in a hundred windows, over all columns of the window together.
CHANCE = 0.01


def populations(column: ColumnProfile) -> tuple[int, ...]:
    """All bins: the counts, what was not listed, and the missing values."""
    return (*column.counts, column.other, column.nulls)


def distance(left: Sequence[int], right: Sequence[int]) -> float:
    """Jensen-Shannon distance, base 2: 0 for equal shares, 1 where no bin is shared. Symmetric.

    Finite where a bin is empty on one side; it has no scale, so all kinds of columns share one floor.
    """
    rows = sum(left), sum(right)
    if 0 in rows:
        return 0.0
    terms = (_term(one / rows[0], other / rows[1]) for one, other in zip(left, right, strict=True))
    return math.sqrt(min(1.0, max(0.0, math.fsum(terms))))


def chance_distance(left: Sequence[int], right: Sequence[int], comparisons: int = 1) -> float:
    """The distance that independent rows of one population exceed in less than `CHANCE` of the windows.

    Divergence of two samples is nearly a chi-squared number (Wilson and Hilferty's quantile), Bonferroni
    over the columns.
    """
    used = sum(1 for one, other in zip(left, right, strict=True) if one or other)
    rows = sum(left), sum(right)
    if used < 2 or 0 in rows:
        return 0.0
    z = NormalDist().inv_cdf(1 - CHANCE / max(1, comparisons))
    freedom = used - 1
    spread = 2 / (9 * freedom)
    quantile = freedom * (1 - spread + z * math.sqrt(spread)) ** 3
    return min(1.0, math.sqrt(quantile * (1 / rows[0] + 1 / rows[1]) / (8 * math.log(2))))


def biggest_move(reference: ColumnProfile, current: ColumnProfile) -> str:
    """The bin whose share moved most, in words."""
    before, after = populations(reference), populations(current)
    rows = max(1, sum(before)), max(1, sum(after))
    shares = [(one / rows[0], other / rows[1]) for one, other in zip(before, after, strict=True)]
    index = max(range(len(shares)), key=lambda number: abs(shares[number][1] - shares[number][0]))
    return f"{_name(reference, index)}: {shares[index][0]:.1%} to {shares[index][1]:.1%}"


def _name(column: ColumnProfile, index: int) -> str:
    if index == len(column.counts) + 1:
        return "missing values"
    if index == len(column.counts):
        return "values not listed at training"
    return column.categories[index] if column.categories else name_bin(column.edges, index)


def _term(one: float, other: float) -> float:
    middle = (one + other) / 2
    return sum(share * math.log2(share / middle) / 2 for share in (one, other) if share > 0)
