"""Can a few rows be learned by heart (level 2, row 17)."""

from __future__ import annotations

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import FAIL, PASS, SKIPPED, Answer, finite
from mlops_ext.testing.training.planted import copied, few, finds_planted
from mlops_ext.testing.training.trained import Trained, train

LEARNED = 0.2
AGREES = 0.95
HINT = "do rows and labels stay together, do features reach the model, is it regularised to nothing?"


def overfits(adapter: Adapter, base: Trained) -> Answer:
    """A few rows, many times over, are known by heart; if not with their labels, then with planted ones."""
    lazy = library.lazy(base.model)
    if lazy.startswith("Dummy"):
        return Answer(SKIPPED, f"{lazy} learns nothing by design")
    chosen = few(base.rows)
    rows, times = copied(base.rows, chosen)
    if rows.target.nunique() < 2:
        return Answer(SKIPPED, "no two rows differ in features and label")
    said = f"{len(chosen)} rows, {times} times each"
    trained, what = train(adapter, rows), "a constant's loss"
    if not _by_heart(trained):
        found = finds_planted(adapter, rows, _by_heart)
        if not found:
            stays = f"{said}, are not learned: the loss stays at {trained.loss().share} of {what}"
            return _answer(FAIL, stays, trained)
        trained, what = found[1], f"{what}, labels planted along `{found[0]}`"
    return _answer(PASS, f"{said}: {trained.loss().share} of {what}", trained)


def _by_heart(trained: Trained) -> bool:
    loss = trained.loss()
    agrees = loss.agreement is not None and loss.agreement >= AGREES
    return loss.relative <= LEARNED or loss.missed == 0 or agrees


def _answer(status: str, message: str, trained: Trained) -> Answer:
    return Answer(
        status,
        message,
        value=finite(trained.loss().relative),
        limit=LEARNED,
        rows=len(trained.rows),
        hint=HINT if status == FAIL else "",
    )
