"""Rows with a signal that a training has to find: real labels may be noise, or more than a model can know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Any

from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.table import Rows
from mlops_ext.testing.training.trained import Trained, train

FEW = 8
ENOUGH = 600
CANDIDATES = 4


def copied(rows: Rows, positions: list[int]) -> tuple[Rows, int]:
    """These rows, so many times over that minimal sizes of leaves and batches are met; and how many times."""
    times = max(1, ENOUGH // len(positions))
    return rows.take(positions * times), times


def few(rows: Rows) -> list[int]:
    """Where some rows of each class lie, or some spread over the values; no two with the same features."""
    import numpy

    unique = (~rows.frame.astype(str).duplicated()).to_numpy().nonzero()[0]
    target = rows.target.iloc[unique].reset_index(drop=True)
    if rows.continuous:
        order = numpy.argsort(target.to_numpy(), kind="stable")
        chosen = [unique[place] for place in order[numpy.linspace(0, len(order) - 1, FEW).astype(int)]]
        return sorted({int(place) for place in chosen})
    each = max(2, FEW // max(1, target.nunique()))
    groups = target.groupby(target, observed=True).indices.values()
    return sorted(int(unique[place]) for group in groups for place in _spread(group, each))


def finds_planted(
    adapter: Adapter, rows: Rows, known: Callable[[Trained], bool]
) -> tuple[str, Trained] | None:
    """The first column along which the labels, sorted up as well as down, are `known` after training.

    A model that was never trained may happen to agree with one direction, not with both.
    """
    columns = [name for name in (*rows.numbers, *rows.categories) if rows.frame[name].nunique() > 1]
    for column in columns[:CANDIDATES]:
        for labels in _labels(rows):
            both = (train(adapter, _along(rows, column, order)) for order in (labels, labels[::-1]))
            trained = list(takewhile(known, both))
            if len(trained) == 2:
                return str(column), trained[0]
    return None


def _labels(rows: Rows) -> Iterator[Any]:
    """The labels in their order; quantities also between 1 and 2: regularisation is meant for some size."""
    import numpy

    labels = numpy.sort(rows.target.to_numpy())
    yield labels
    if rows.continuous and labels[-1] > labels[0]:
        yield 1 + (labels - labels[0]) / (labels[-1] - labels[0])


def _along(rows: Rows, column: str, labels: Any) -> Rows:
    import numpy

    values = rows.frame[column].astype(str) if column in rows.categories else rows.frame[column]
    order = numpy.argsort(values.to_numpy(), kind="stable")
    target = rows.target.astype("float64") if labels.dtype.kind == "f" else rows.target.copy()
    target.iloc[order] = labels
    return rows.with_target(target)


def _spread(places: Any, count: int) -> Any:
    return places[:: max(1, len(places) // count)][:count]
