"""What holds for any counts and any cut of a table: sums, bounds, symmetry."""

from __future__ import annotations

import numpy as np
import pytest
from arrow_table import ArrowTable
from reference import profile, rows

from mlops_ext.profile.count import count_columns, merge, rows_of, subtract
from mlops_ext.profile.distance import chance_distance, distance

ROUNDS = range(25)


@pytest.mark.parametrize("seed", ROUNDS)
def test_counts_of_parts_add_up_to_the_whole(seed: int) -> None:
    generator = np.random.default_rng(seed)
    columns = profile().columns
    live = rows(days=10, seed=seed, weather=0.5)
    cut = int(generator.integers(0, live.num_rows + 1))
    parts = [count_columns(ArrowTable(part), columns) for part in (live.slice(0, cut), live.slice(cut))]
    whole = count_columns(ArrowTable(live), columns)
    for left, right, both in zip(*parts, whole, strict=True):
        assert merge(left.column, right.column) == both.column
        assert subtract(both.column, right.column) == left.column
        assert rows_of(both.column) == live.num_rows or both.column.kind in ("id", "time")


@pytest.mark.parametrize("seed", ROUNDS)
def test_distance_is_a_bounded_symmetric_distance(seed: int) -> None:
    generator = np.random.default_rng(seed)
    one, two, three = (generator.integers(0, 50, 12).tolist() for _ in range(3))
    assert distance(one, one) == pytest.approx(0, abs=1e-7)
    assert distance(one, two) == pytest.approx(distance(two, one))
    assert 0 <= distance(one, two) <= 1
    assert distance(one, three) <= distance(one, two) + distance(two, three) + 1e-9
    assert distance([7 * count for count in one], two) == pytest.approx(distance(one, two))


def test_distance_agrees_with_scipy() -> None:
    from scipy.spatial.distance import jensenshannon

    one, two = [5, 0, 20, 75], [10, 3, 7, 80]
    assert distance(one, two) == pytest.approx(jensenshannon(one, two, base=2))
    assert distance([1, 0], [0, 1]) == 1.0


def test_other_bins_are_not_added() -> None:
    column = next(column for column in profile().columns if column.name == "distance")
    other = next(column for column in profile(rows(seed=1)).columns if column.name == "distance")
    with pytest.raises(ValueError, match="other bins"):
        merge(column, other)


@pytest.mark.parametrize("size", [200, 1000, 20_000])
def test_chance_alone_exceeds_the_limit_as_rarely_as_it_says(size: int) -> None:
    generator = np.random.default_rng(size)
    shares = np.full(20, 0.05)
    reference = generator.multinomial(80_000, shares).tolist()
    limits = [
        distance(reference, live) > chance_distance(reference, live)
        for live in (generator.multinomial(size, shares).tolist() for _ in range(2000))
    ]
    print("seed", size, "exceeded", sum(limits), "of 2000")
    assert sum(limits) / 2000 < 0.03
