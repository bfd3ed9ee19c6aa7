"""Does training learn: the loss falls over the iterations (level 2, row 16)."""

from __future__ import annotations

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import FAIL, PASS, SKIPPED, Answer, finite
from mlops_ext.testing.training.history import History, history
from mlops_ext.testing.training.measure import Loss
from mlops_ext.testing.training.planted import copied, finds_planted
from mlops_ext.testing.training.trained import Trained

# What a model has to reach on real labels, else on labels that are planted to be found; by its loss, or by
# the labels that it misses. An update or two of a random start reach neither.
REAL = (0.9, 0.6)
PLANTED = (0.5, 0.3)
NEAR = 0.05
HINT = "is every update applied: learning rate, iterations, order of rows and labels?"


def loss_falls(adapter: Adapter, base: Trained) -> Answer:
    """The iterations' loss falls where it is known, and the fitted model beats the best constant."""
    lazy = library.lazy(base.model)
    if lazy:
        return Answer(SKIPPED, f"{lazy} has no loss that training lowers")
    known = history(adapter, base)
    wrong = known.wrong() if known else ""
    if wrong or _falls(known, base.loss(), *REAL):
        return _answer(FAIL if wrong else PASS, known, base.loss(), "on the labels")
    rows, _ = copied(base.rows, list(range(len(base.rows))))
    found = finds_planted(adapter, rows, lambda one: _falls(history(adapter, one), one.loss(), *PLANTED))
    if found:
        column, trained = found
        where = f"on labels planted along `{column}`, not on the real ones"
        return _answer(PASS, history(adapter, trained), trained.loss(), where)
    return _answer(FAIL, known, base.loss(), "on the labels, and no better on planted ones")


def _falls(known: History | None, loss: Loss, most: float, missed: float) -> bool:
    if known and (known.flat or known.wrong() or known.falls):
        return known.falls and not known.wrong()
    if loss.missed is None:
        return loss.relative < most
    if loss.relative == loss.missed:
        return loss.missed < missed
    # Models that are too sure of themselves, or not enough, lose by every proper score and are still good;
    # but next to a constant, labels are told apart by what is left of the start.
    return loss.relative < most or (loss.missed < missed and abs(loss.relative - 1) > NEAR)


def _answer(status: str, known: History | None, loss: Loss, where: str) -> Answer:
    constant = f"{loss.share} of a constant's loss {where}"
    said = [known.wrong() or f"{known.source}: {known}"] if known else []
    return Answer(
        status,
        "; ".join([constant, *said] if not said or status == PASS else [*said, constant]),
        value=finite(loss.relative),
        limit=REAL[0],
        hint=HINT if status == FAIL else "",
        curve=known.curve() if known else None,
    )
