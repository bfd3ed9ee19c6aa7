"""How far predictions are from the labels, as a share of what the best constant answer misses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mlops_ext.testing.training.adapter import Array
from mlops_ext.testing.training.finite import unfinite

FEW_CLASSES = 50
SMALLEST = 1e-15


@dataclass(frozen=True)
class Loss:
    """`relative` is 1 for the best constant and 0 for perfect answers; so is `missed`, of labels alone.

    `agreement` is the correlation with the labels where they are numbers.
    """

    kind: str
    relative: float
    missed: float | None = None
    agreement: float | None = None

    @property
    def share(self) -> str:
        """`relative` with three digits, and no sign before a zero."""
        return f"{round(self.relative, 3) + 0.0:.3f}"


def measure(predictions: Array, target: Any, classes: Sequence[Any] | None = None) -> Loss:
    """The loss of predictions: probabilities of classes, one probability, labels, or values."""
    import numpy

    if any(unfinite(predictions)):
        return Loss("not finite", math.inf)
    labels = numpy.asarray(target)
    known = list(classes) if classes is not None else sorted(set(labels.tolist()), key=_order)
    if predictions.ndim == 2:
        return _classes(predictions, labels, known)
    if not numpy.issubdtype(predictions.dtype, numpy.number) or predictions.dtype == bool:
        return _labels(predictions, labels)
    values = predictions.astype("float64")
    if len(known) == 2 and not _numeric(labels):
        return _probability(values, labels == known[1])
    if not _numeric(labels):
        return _positions(values, labels, known)
    truth = labels.astype("float64")
    if len(known) == 2:
        return _binary(values, truth, known)
    whole = numpy.isin(values, truth).all() and len(known) <= FEW_CLASSES and (truth == truth.round()).all()
    return _better(_labels(values, truth), _values(values, truth)) if whole else _values(values, truth)


def _binary(values: Array, truth: Array, known: list[Any]) -> Loss:
    import numpy

    if set(numpy.unique(values).tolist()) <= {float(one) for one in known}:
        return _labels(values, truth)
    positive = truth == float(known[1])
    if values.min() >= 0 and values.max() <= 1:
        return _probability(values, positive)
    # A regression on 0 and 1, or scores before the logistic function: nothing here tells which.
    chance = 1 / (1 + numpy.exp(-numpy.clip(values, -700, 700)))
    return _better(_values(values, truth), _probability(chance, positive))


def _classes(scores: Array, labels: Array, known: list[Any]) -> Loss:
    import numpy

    if scores.shape[1] != len(known):
        raise ValueError(f"predict gave {scores.shape[1]} columns for {len(known)} classes")
    positions = {value: position for position, value in enumerate(known)}
    truth = numpy.array([positions[value] for value in labels.tolist()])
    wrong = float((scores.argmax(axis=1) != truth).mean())
    shares = numpy.bincount(truth, minlength=len(known)) / len(truth)
    missed = _share(wrong, 1 - shares.max())
    if not numpy.allclose(scores.sum(axis=1), 1, atol=1e-3) or scores.min() < 0:
        return Loss("scores", missed, missed)
    hot = numpy.eye(len(known))[truth]
    own = -numpy.log(numpy.clip(scores[numpy.arange(len(truth)), truth], SMALLEST, 1)).mean()
    log = _share(float(own), float(-(shares[shares > 0] * numpy.log(shares[shares > 0])).sum()))
    brier = _share(float(((scores - hot) ** 2).sum(axis=1).mean()), float(1 - (shares**2).sum()))
    # Models that are too sure of themselves lose by the logarithm and are still good.
    return Loss("probabilities", min(log, brier), missed)


def _probability(chance: Array, positive: Array) -> Loss:
    import numpy

    both = numpy.stack([1 - chance, chance], axis=1)
    return _classes(both, positive.astype(int), [0, 1])


def _positions(values: Array, labels: Array, known: list[Any]) -> Loss:
    # Words for labels and numbers for predictions: their positions in the order of the words.
    import numpy

    positions = {value: position for position, value in enumerate(known)}
    return _labels(values, numpy.array([positions[value] for value in labels.tolist()], dtype="float64"))


def _labels(predictions: Array, labels: Array) -> Loss:
    import numpy

    wrong = float((predictions != labels).mean())
    _, counts = numpy.unique(labels.astype(str), return_counts=True)
    missed = _share(wrong, 1 - counts.max() / len(labels))
    return Loss("labels", missed, missed)


def _values(values: Array, truth: Array) -> Loss:
    import numpy

    relative = _share(float(((values - truth) ** 2).mean()), float(truth.var()))
    agreement = 0.0
    if values.std() > SMALLEST * (1 + abs(values).max()) and truth.std() > 0:
        agreement = float(numpy.corrcoef(values, truth)[0, 1])
    return Loss("values", relative, agreement=agreement)


def _better(one: Loss, other: Loss) -> Loss:
    best = min(one, other, key=lambda loss: loss.relative)
    return Loss(best.kind, best.relative, one.missed or other.missed, one.agreement or other.agreement)


def _share(loss: float, of: float) -> float:
    return loss / of if of > SMALLEST else math.inf


def _numeric(labels: Array) -> bool:
    import numpy

    return bool(numpy.issubdtype(labels.dtype, numpy.number) or labels.dtype == bool)


def _order(value: Any) -> tuple[str, Any]:
    return (type(value).__name__, value)
