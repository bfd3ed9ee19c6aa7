"""No NaN and no infinity, whatever the table holds (level 2, rows 18 and 19).

A clear refusal of bad input is the right answer of a model. What counts as one:
missing values may be refused unless the table itself has some; huge values, constant columns and unseen
categories may be refused by any exception that is not about broken numbers. An exception of arithmetic, or
one that complains of NaN or infinity in rows that hold none, is no refusal: own steps made them.
"""

from __future__ import annotations

from typing import Any

from mlops_ext.testing.training import library, refusal, variants
from mlops_ext.testing.training.adapter import Adapter, Model
from mlops_ext.testing.training.answer import FAIL, PASS, SKIPPED, Answer
from mlops_ext.testing.training.convergence import ShortAnswer, Trained, predict
from mlops_ext.testing.training.imputation import Imputations
from mlops_ext.testing.training.measure import unfinite
from mlops_ext.testing.training.variants import Variant
from mlops_ext.testing.training.watch import Watch

LACKS = {
    "zeros": "no numeric columns",
    "tiny": "no columns of floating point numbers",
    "huge": "no numeric columns",
    "constant": "no columns to change",
    "missing": "no columns to change",
    "unseen": "no columns of text or categories",
}


def judge(adapter: Adapter, base: Trained, case: str, root: str) -> Answer:
    """All variants of a case: the first that breaks is the answer, else how each was taken."""
    found = variants.CASES[case](base.rows)
    if not found:
        return Answer(SKIPPED, LACKS[case])
    taken = []
    for variant in found:
        answer = _idle(adapter, base, variant, root) if case == "missing" else None
        answer = answer or _judge(adapter, base, variant, case, root)
        if answer.status == FAIL:
            return answer
        taken.append(answer.message)
    return Answer(PASS, "; ".join(dict.fromkeys(taken)), rows=len(base.rows))


def _judge(adapter: Adapter, base: Trained, variant: Variant, case: str, root: str) -> Answer:
    watch = Watch(root)
    try:
        with watch.watching():
            broken = _broken(adapter, base.model, variant)
            model = base.model
            if variant.fitted:
                model = adapter.fit(variant.frame, base.rows.target)
                broken = broken or _losses(adapter, model) or library.broken_parameters(model)
                broken = broken or _broken(adapter, model, variant)
    except Exception as error:  # noqa: BLE001 - whatever the team's code raises is an answer
        return _raised(error, variant, case, root, watch)
    if not broken and case != "missing":
        broken = _inside(watch, base)
    if not broken:
        return Answer(PASS, f"{variant.what}: all finite")
    return _fail(f"{variant.what}: {broken}", variant, watch, watch.broke)


def _raised(error: Exception, variant: Variant, case: str, root: str, watch: Watch) -> Answer:
    refused = f"{variant.what}: refused, {refusal.said(error)}"
    if case == "missing" and (isinstance(error, ShortAnswer) or refusal.says_missing(error)):
        return Answer(PASS, f"{refused}; the table has none in these columns")
    if refusal.broke(error, root):
        return _fail(f"{variant.what}: {refusal.said(error)}", variant, watch, refusal.place(error, root))
    return Answer(PASS, refused)


def _fail(message: str, variant: Variant, watch: Watch, where: str) -> Answer:
    own = f" ({watch.broke})" if watch.broke else ""
    return Answer(
        FAIL,
        message + own,
        where=where.rpartition(" at ")[2],
        # At the ends of what a double holds only what the team's own lines do is held against them.
        severity="warning" if variant.extreme and not watch.broke else "critical",
    )


def _broken(adapter: Adapter, model: Model, variant: Variant) -> str:
    predictions = predict(adapter, model, variant.frame)
    count = unfinite(predictions)
    return f"{count} of {len(predictions)} predictions are not finite" if count else ""


def _losses(adapter: Adapter, model: Model) -> str:
    import math

    losses = adapter.losses(model) or library.history(model) or []
    bad = next((place for place, loss in enumerate(losses) if not math.isfinite(loss)), None)
    return "" if bad is None else f"the loss is not finite at iteration {bad + 1} of {len(losses)}"


def _inside(watch: Watch, base: Trained) -> str:
    """What reached the library although the rows are clean: infinity, or NaN that the team's lines made."""
    from mlops_ext.testing.training.watch import unfinite as count

    if watch.inf and not count(base.rows.frame)[1]:
        return f"{watch.inf} infinite values reach the model"
    if watch.nan and watch.broke:
        return f"{watch.nan} values that reach the model are NaN"
    return ""


def _idle(adapter: Adapter, base: Trained, variant: Variant, root: str) -> Answer | None:
    """An imputation that does nothing is named, also where the model takes NaN as it is."""
    fills = Imputations(root)
    try:
        with fills.watching():
            model = adapter.fit(variant.frame, base.rows.target)
            predict(adapter, model, variant.frame)
    except Exception:  # noqa: BLE001 - judged by the second run, without the profiler
        pass
    for where, why in fills.idle.items():
        message = f"an imputation does nothing at {where}: {why}"
        return Answer(FAIL, message, where=where, hint="assign what it returns")
    return None


def gaps(base: Trained, refused: str, count: int, columns: Any) -> Answer | None:
    """No, where the table itself has missing values and training on them does not work."""
    if not refused:
        return None
    message = f"{count} rows of the table lack values ({', '.join(map(str, columns))}), and {refused}"
    return Answer(
        FAIL, message, count=count, rows=len(base.rows) + count, hint="impute them, or leave these rows out"
    )
