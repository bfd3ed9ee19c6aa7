"""Metrics and parameters on both sides: numbers where they are exact, all else as written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from mlops_ext.contract.comparison import Cell, Difference
from mlops_ext.contract.refs import Metric, Setting

EXACT = 2**53
UNDEFINED = "undefined"


def metrics(before: Iterable[Metric], after: Iterable[Metric]) -> tuple[Difference, ...]:
    """Every metric of either side; one that is not finite is `undefined`, and `why` says the reason."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    return tuple(_metric(name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old]))


def params(before: Iterable[Setting], after: Iterable[Setting]) -> tuple[Difference, ...]:
    """The parameters that differ."""
    old, new = {one.name: one.value for one in before}, {one.name: one.value for one in after}
    names = dict.fromkeys([*new, *old])
    return tuple(
        _param(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    )


def _metric(name: str, old: Metric | None, new: Metric | None) -> Difference:
    change = None
    if old and new and old.value is not None and new.value is not None:
        change = _finite(new.value - old.value)
    said = [f"{side}: {one.why}" for side, one in (("before", old), ("after", new)) if one and one.why]
    if old and new and old.why == new.why and old.why:
        said = [old.why]
    return Difference(name=name, before=_cell(old), after=_cell(new), change=change, why="; ".join(said))


def _cell(metric: Metric | None) -> Cell:
    if metric is None:
        return None
    return UNDEFINED if metric.value is None else metric.value


def _param(name: str, old: str | None, new: str | None) -> Difference:
    numbers = _number(old), _number(new)
    change = None
    if numbers[0] is not None and numbers[1] is not None:
        change = _finite(float(numbers[1] - numbers[0]))
    exact = all(number is None or abs(number) <= EXACT for number in numbers)
    before, after = (
        float(number) if number is not None and exact else text
        for number, text in zip(numbers, (old, new), strict=True)
    )
    why = "the same number, written otherwise" if change == 0 and old != new else ""
    if why:
        before, after = old, new
    return Difference(name=name, before=before, after=after, change=change, why=why)


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
