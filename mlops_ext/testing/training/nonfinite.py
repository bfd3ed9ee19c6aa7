"""No NaN and no infinity, whatever the table holds (level 2, rows 18 and 19).

A clear refusal of bad input is the right answer of a model. What counts as one:
missing values may be refused unless the table itself has some; huge values, constant columns and unseen
categories may be refused by any exception that is not about broken numbers. An exception of arithmetic, or
one that complains of NaN or infinity in rows that hold none, is no refusal: own steps made them.
"""

from __future__ import annotations

import math

from mlops_ext.testing.training import library, refusal, variants
from mlops_ext.testing.training.adapter import Adapter, Model
from mlops_ext.testing.training.answer import FAIL, PASS, SKIPPED, Answer
from mlops_ext.testing.training.finite import rows_unfinite, unfinite
from mlops_ext.testing.training.imputation import idle_fill
from mlops_ext.testing.training.trained import ShortAnswer, Trained, predict
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
    """All variants of a case: the worst is the answer, else how each was taken."""
    found = variants.CASES[case](base.rows)
    if not found:
        return Answer(SKIPPED, LACKS[case])
    taken = []
    for variant in found:
        answer = idle_fill(adapter, base, variant, root) if case == "missing" else None
        answer = answer or _judge(adapter, base, variant, case, root)
        if answer.status == FAIL:
            return answer
        taken.append(answer.message)
    return Answer(PASS, "; ".join(dict.fromkeys(taken)), rows=len(base.rows))


def _judge(adapter: Adapter, base: Trained, variant: Variant, case: str, root: str) -> Answer:
    watch = Watch(root)
    try:
        with watch.watching():
            broken, far = _predicted(adapter, base.model, variant)
            if variant.fitted and not broken:
                broken = _fitted(adapter, base, variant)
    except Exception as error:  # noqa: BLE001 - whatever the team's code raises is an answer
        return _raised(error, variant, case, root, watch)
    if not broken and case != "missing":
        broken = _inside(watch, base)
    if broken:
        return _fail(f"{variant.what}: {broken}", variant, watch, watch.broke)
    if watch.wrapped and case != "missing":
        far = far or f"numbers become other integers ({watch.broke})"
    if far and not variant.extreme:
        return Answer(FAIL, f"{variant.what}: {far}", rows=len(base.rows), severity="warning")
    return Answer(PASS, f"{variant.what}: all finite" if not far else f"{variant.what}: {far}")


def _predicted(adapter: Adapter, model: Model, variant: Variant) -> tuple[str, str]:
    """What is broken in the predictions; or only out of a double's range, far from what was trained on."""
    predictions = predict(adapter, model, variant.frame)
    nan, inf = rows_unfinite(predictions)
    if nan:
        return f"{nan} of {len(predictions)} predictions are NaN", ""
    return "", f"{inf} of {len(predictions)} predictions are infinite" if inf else ""


def _fitted(adapter: Adapter, base: Trained, variant: Variant) -> str:
    """What is broken in a model that was fitted on the variant."""
    model = adapter.fit(variant.frame, base.rows.target)
    losses = adapter.losses(model) or library.history(model) or []
    bad = next((place for place, loss in enumerate(losses) if not math.isfinite(loss)), None)
    if bad is not None:
        return f"the loss is not finite at iteration {bad + 1} of {len(losses)}"
    return library.broken_parameters(model) or "".join(_predicted(adapter, model, variant))


def _raised(error: Exception, variant: Variant, case: str, root: str, watch: Watch) -> Answer:
    refused = f"{variant.what}: refused, {refusal.said(error)}"
    if case == "missing" and (isinstance(error, ShortAnswer) or refusal.says_missing(error)):
        return Answer(PASS, f"{refused}; the table has none in these columns")
    if refusal.broke(error, root):
        return _fail(f"{variant.what}: {refusal.said(error)}", variant, watch, refusal.place(error, root))
    return Answer(PASS, refused)


def _fail(message: str, variant: Variant, watch: Watch, where: str) -> Answer:
    # At the ends of what a double holds libraries give up, and nobody's own lines are held against them.
    if variant.extreme and not watch.broke:
        return Answer(PASS, f"{message}, in the library, not in a line of yours")
    own = f" ({watch.broke})" if watch.broke else ""
    severity = "warning" if variant.extreme else "critical"
    return Answer(FAIL, message + own, where=where.rpartition(" at ")[2], severity=severity)


def _inside(watch: Watch, base: Trained) -> str:
    """What reached the library although the rows are clean: infinity, or NaN that the team's lines made."""
    if watch.inf and not unfinite(base.rows.frame)[1]:
        return f"{watch.inf} infinite values reach the model"
    if watch.nan and watch.broke:
        return f"{watch.nan} values that reach the model are NaN"
    return ""
