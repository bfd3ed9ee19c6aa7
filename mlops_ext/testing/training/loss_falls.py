"""Does training learn: the loss falls over the iterations (level 2, row 16)."""

from __future__ import annotations

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import FAIL, PASS, SKIPPED, Answer, finite
from mlops_ext.testing.training.history import History, history
from mlops_ext.testing.training.measure import Loss
from mlops_ext.testing.training.planted import copied, finds_planted
from mlops_ext.testing.training.trained import Trained

# What a model has to reach on real labels; models that are too sure of themselves lose by every proper
# score and are still good, so labels that are missed count as well.
FALL, MISSED = 0.99, 0.8
# And on labels that are planted to be found.
FOUND, OVERLOOKED = 0.5, 0.3
HINT = "is every update applied: learning rate, iterations, order of rows and labels?"


def loss_falls(adapter: Adapter, base: Trained) -> Answer:
    """The iterations' loss falls where it is known, and the fitted model beats the best constant."""
    lazy = library.lazy(base.model)
    if lazy:
        return Answer(SKIPPED, f"{lazy} has no loss that training lowers")
    known = history(adapter, base)
    wrong = known.wrong() if known else ""
    if wrong or _falls(known, base.loss(), FALL, MISSED):
        return _answer(FAIL if wrong else PASS, known, base.loss(), "on the labels")
    rows, _ = copied(base.rows, list(range(len(base.rows))))
    found = finds_planted(
        adapter, rows, lambda one: _falls(history(adapter, one), one.loss(), FOUND, OVERLOOKED)
    )
    if found:
        column, trained = found
        where = f"on labels planted along `{column}`, not on the real ones"
        return _answer(PASS, history(adapter, trained), trained.loss(), where)
    return _answer(FAIL, known, base.loss(), "on the labels, and no better on planted ones")


def _falls(known: History | None, loss: Loss, most: float, missed: float) -> bool:
    if known and (known.flat or known.wrong()):
        return False
    return loss.relative < most or (loss.missed is not None and loss.missed < missed)


def _answer(status: str, known: History | None, loss: Loss, where: str) -> Answer:
    constant = f"{loss.relative:.3f} of a constant's loss {where}"
    said = [known.wrong() or f"{known.source}: {known}"] if known else []
    return Answer(
        status,
        "; ".join([constant, *said] if not said or status == PASS else [*said, constant]),
        value=finite(loss.relative),
        limit=FALL,
        hint=HINT if status == FAIL else "",
        curve=known.curve() if known else None,
    )
