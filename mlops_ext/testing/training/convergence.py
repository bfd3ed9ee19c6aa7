"""Does training learn: the loss falls (level 2, row 16), and a few rows can be learned by heart (row 17)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter, Array, Model
from mlops_ext.testing.training.answer import FAIL, PASS, Answer
from mlops_ext.testing.training.measure import Loss, measure, unfinite
from mlops_ext.testing.training.table import Rows

FALL = 0.99
MISSED = 0.8
LEARNED = 0.2
AGREES = 0.95
FEW = 8
COPIED = 600
CANDIDATES = 6


@dataclass(frozen=True)
class Trained:
    """A model, the rows it was fitted on, and what it says of them."""

    model: Model
    rows: Rows
    predictions: Array

    def loss(self) -> Loss:
        """How well it knows its own training rows."""
        return measure(self.predictions, self.rows.target, classes_of(self.model))


def train(adapter: Adapter, rows: Rows) -> Trained:
    """Fit on rows and predict them."""
    model = adapter.fit(rows.frame, rows.target)
    return Trained(model, rows, predict(adapter, model, rows.frame))


def predict(adapter: Adapter, model: Model, frame: Any) -> Array:
    """A prediction for each row; another number of them is no answer."""
    predictions = adapter.predict(model, frame)
    if len(predictions) != len(frame):
        raise ShortAnswer(f"predict gave {len(predictions)} answers for {len(frame)} rows")
    return predictions


class ShortAnswer(ValueError):
    """Rows were left out of the answer."""


def classes_of(model: Model) -> Any:
    """The classes in the order of the columns that the model predicts, where it says so."""
    for part in library.parts(model):
        classes = getattr(part, "classes_", None)
        if classes is not None and not isinstance(classes, list):
            return list(getattr(classes, "tolist", lambda: classes)())
    return None


def loss_falls(adapter: Adapter, base: Trained) -> Answer:
    """The loss of the iterations falls, and the fitted model beats the best constant on its own rows."""
    told = _history(adapter, base)
    if told is not None:
        answer = _judge_history(*told)
        if answer is not None:
            return answer
    said = f"; {told[0]}: {_from_to(told[1])}" if told and len(told[1]) > 1 else ""
    loss = base.loss()
    if _better_than_constant(loss):
        return _fell(loss, len(base.rows), said, "the labels")
    for column, trained in _planted(adapter, base.rows):
        planted = trained.loss()
        if _better_than_constant(planted):
            return _fell(planted, len(base.rows), said, f"labels planted along `{column}`, not the real ones")
    return Answer(
        FAIL,
        f"after training, the loss on the training rows is {loss.relative:.3f} of a constant's{said}",
        value=_finite(loss.relative),
        limit=FALL,
        rows=len(base.rows),
        hint="is every update applied: learning rate, number of iterations, order of rows and labels?",
    )


def overfits(adapter: Adapter, rows: Rows) -> Answer:
    """A few rows, many times over so that minimal sizes of leaves and batches are met, are known by heart."""
    few, times = _few(rows)
    loss = train(adapter, few).loss()
    if _by_heart(loss):
        return _learned(loss, len(few) // times, times, "")
    best = loss
    for column, trained in _planted(adapter, few):
        planted = trained.loss()
        if _by_heart(planted):
            return _learned(planted, len(few) // times, times, f", labels planted along `{column}`")
        best = min(best, planted, key=lambda one: one.relative)
    return Answer(
        FAIL,
        f"{len(few) // times} rows, {times} times each, are not learned: "
        f"the loss stays at {best.relative:.3f} of a constant's",
        value=_finite(best.relative),
        limit=LEARNED,
        rows=len(few),
        hint="do rows and labels stay together, do the features reach the model, is it regularised to nothing?",
    )


def _fell(loss: Loss, rows: int, said: str, labels: str) -> Answer:
    return Answer(
        PASS,
        f"{loss.relative:.3f} of a constant's loss on {labels}{said}",
        value=_finite(loss.relative),
        limit=FALL,
        rows=rows,
    )


def _learned(loss: Loss, few: int, times: int, more: str) -> Answer:
    message = f"{few} rows, {times} times each: {loss.relative:.3f} of a constant's loss{more}"
    return Answer(PASS, message, value=_finite(loss.relative), limit=LEARNED, rows=few * times)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _better_than_constant(loss: Loss) -> bool:
    # Models that are too sure of themselves lose by every proper score and are still good.
    return loss.relative < FALL or (loss.missed is not None and loss.missed < MISSED)


def _by_heart(loss: Loss) -> bool:
    agrees = loss.agreement is not None and loss.agreement >= AGREES
    return loss.relative <= LEARNED or loss.missed == 0 or agrees


def _history(adapter: Adapter, base: Trained) -> tuple[str, list[float]] | None:
    own = adapter.losses(base.model)
    if own is not None:
        return "losses", own
    kept = library.history(base.model)
    if kept is not None:
        return "the loss that was kept", kept
    staged = library.stages(base.model)
    if not staged:
        return None
    losses = []
    for _, model in staged:
        predictions = predict(adapter, model, base.rows.frame)
        if unfinite(predictions):
            return "the loss after iterations", [math.nan]
        losses.append(measure(predictions, base.rows.target, classes_of(model)).relative)
    return f"the loss after {', '.join(str(count) for count, _ in staged)} iterations", losses


def _judge_history(source: str, losses: list[float]) -> Answer | None:
    """No where the history alone shows it; None leaves the answer to the predictions."""
    bad = next((place for place, value in enumerate(losses) if not math.isfinite(value)), None)
    if bad is not None:
        return Answer(FAIL, f"{source}: not a finite number at iteration {bad + 1} of {len(losses)}")
    if len(losses) < 3:
        return None
    if max(losses) - min(losses) <= 1e-12 * (1 + abs(losses[0])):
        return Answer(
            FAIL,
            f"{source}: {losses[0]:.6g} at each of {len(losses)} iterations",
            value=losses[-1],
            limit=losses[0],
            hint="is the learning rate 0, or the update not applied?",
        )
    quarter = max(1, len(losses) // 4)
    first, last = losses[:quarter], losses[-quarter:]
    if min(last) > max(first) and sum(last) / quarter > 1.05 * sum(first) / quarter + 1e-9:
        return Answer(FAIL, f"{source}: rises, {_from_to(losses)}", value=losses[-1], limit=losses[0])
    return None


def _from_to(losses: list[float]) -> str:
    return f"from {losses[0]:.4g} to {losses[-1]:.4g}"


def _few(rows: Rows) -> tuple[Rows, int]:
    """Some rows of each class, or spread over the values; no two with the same features."""
    import numpy

    unique = (~rows.frame.astype(str).duplicated()).to_numpy().nonzero()[0]
    target = rows.target.iloc[unique].reset_index(drop=True)
    if target.nunique() <= max(FEW, len(target) // 10):
        each = max(2, FEW // max(1, target.nunique()))
        groups = target.groupby(target, observed=True).indices.values()
        chosen = [unique[place] for group in groups for place in group[:: max(1, len(group) // each)][:each]]
    else:
        order = numpy.argsort(target.to_numpy(), kind="stable")
        chosen = [unique[place] for place in order[numpy.linspace(0, len(order) - 1, FEW).astype(int)]]
    times = max(4, COPIED // len(chosen))
    return rows.take(sorted(chosen) * times), times


def _planted(adapter: Adapter, rows: Rows) -> Iterator[tuple[str, Trained]]:
    """Trained on the same labels in another order, along one column after the other: a signal to be found.

    Real labels may be noise, or more than a simple model can know; a training that works finds these.
    """
    import numpy

    tried = 0
    for column in (*rows.numbers, *rows.categories):
        values = rows.frame[column].astype(str) if column in rows.categories else rows.frame[column]
        if values.nunique() < 2 or tried == CANDIDATES:
            continue
        tried += 1
        target = rows.target.copy()
        order = numpy.argsort(values.to_numpy(), kind="stable")
        target.iloc[order] = numpy.sort(rows.target.to_numpy())
        yield column, train(adapter, rows.with_target(target))
