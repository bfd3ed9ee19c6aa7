"""What a declared schema says about values, checked by counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, Check
from mlops_ext.contract.data import Measure, Measured
from mlops_ext.profile.count import EVERY_VALUE, SHOWN
from mlops_ext.profile.kinds import normal_word

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table
    from mlops_ext.data.declared import DeclaredColumn


def check_values(table: Table, name: str, type_: str, declared: DeclaredColumn) -> list[Check]:
    """Nulls, categories and bounds of one column; a rule that no value could break says no as vacuous."""
    answers = dict(zip(("nulls", *_asked(declared)), table.aggregate(_measures(name, declared)), strict=True))
    nulls = int(answers["nulls"].value or 0)
    found = [] if declared.nullable else [_nulls(name, nulls, table.rows)]
    checked = table.rows - nulls
    if declared.categories:
        found.append(_categories(name, type_, declared.categories, answers["categories"], checked))
    if "histogram" in answers:
        found.append(_range(name, declared, answers["histogram"], checked))
    if "min" in answers:
        found.append(_times(name, declared, answers["min"], answers["max"], checked))
    return [_vacuous(check, table.rows) if check.rows == 0 and table.rows else check for check in found]


def _asked(declared: DeclaredColumn) -> list[str]:
    kinds = ["categories"] if declared.categories else []
    bounds = [bound for bound in (declared.min, declared.max) if bound is not None]
    if bounds:
        kinds += ["min", "max"] if isinstance(bounds[0], str) else ["histogram"]
    return kinds


def _measures(name: str, declared: DeclaredColumn) -> list[Measure]:
    edges = _edges(declared)
    return [
        Measure(kind=kind, column=name, edges=edges if kind == "histogram" else (), limit=EVERY_VALUE)
        for kind in ("nulls", *_asked(declared))
    ]


def _edges(declared: DeclaredColumn) -> tuple[float, ...]:
    """Bins so that what lies below the minimum or above the maximum is counted, bounds inclusive."""
    edges = []
    if isinstance(declared.min, int | float):
        edges.append(float(declared.min))
    if isinstance(declared.max, int | float):
        edges.append(math.nextafter(float(declared.max), math.inf))
    return tuple(edges)


def _nulls(name: str, nulls: int, rows: int) -> Check:
    said = f"{nulls} of {rows} rows are null"
    return _answer(f"nulls:{name}", name, nulls, rows, said, ())


def _categories(name: str, type_: str, allowed: Sequence[str], answer: Measured, checked: int) -> Check:
    known = {normal_word(type_, word) for word in allowed}
    wrong = [
        (word, count)
        for word, count in zip(answer.categories, answer.counts, strict=True)
        if normal_word(type_, word) not in known
    ]
    count = sum(count for _, count in wrong)
    said = f"{count} of {checked} values are not declared"
    return _answer(f"categories:{name}", name, count, checked, said, [word for word, _ in wrong[:SHOWN]])


def _range(name: str, declared: DeclaredColumn, answer: Measured, checked: int) -> Check:
    outside = answer.counts[0] if declared.min is not None else 0
    outside += answer.counts[-1] if declared.max is not None else 0
    # NaN lies in no bin: it is neither null nor within any bounds.
    lost = checked - sum(answer.counts)
    said = f"{outside + lost} of {checked} values lie outside {_span(declared)}"
    return _answer(f"range:{name}", name, outside + lost, checked, said, [f"{lost} are NaN"] if lost else [])


def _times(name: str, declared: DeclaredColumn, low: Measured, high: Measured, checked: int) -> Check:
    """Bounds of text are for dates and times; only their extremes are looked at."""
    ends = [("first", low.value, declared.min, -1), ("last", high.value, declared.max, 1)]
    wrong = [
        f"the {word} is {found}"
        for word, found, bound, side in ends
        if isinstance(found, str) and isinstance(bound, str) and _beyond(found, bound, side)
    ]
    said = f"{checked} values lie within {_span(declared)}" if not wrong else f"not within {_span(declared)}"
    status = FAIL if wrong else PASS
    message = f"{said}: {', '.join(wrong)}" if wrong else said
    return Check(name=f"range:{name}", status=status, column=name, rows=checked, message=message)


def _beyond(found: str, bound: str, side: int) -> bool:
    # A date as bound means the whole day, so only as much of the text is compared as the bound has.
    start = found[: len(bound)]
    return start > bound if side > 0 else start < bound


def _span(declared: DeclaredColumn) -> str:
    low = "any" if declared.min is None else f"{declared.min}"
    high = "any" if declared.max is None else f"{declared.max}"
    return f"{low} to {high}"


def _answer(name: str, column: str, count: int, rows: int, said: str, shown: Sequence[str]) -> Check:
    message = f"{said}: {', '.join(shown)}" if shown else said
    status = FAIL if count else PASS
    return Check(name=name, status=status, column=column, count=count, rows=rows, message=message)


def _vacuous(check: Check, rows: int) -> Check:
    said = f"vacuous: 0 of {rows} values checked, all are null"
    return Check(name=check.name, status=FAIL, column=check.column, count=0, rows=rows, message=said)
