"""The first rows that break a rule: few, short, escaped; without their values where data is private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure
from mlops_ext.errors import MlopsExtError

if TYPE_CHECKING:
    from mlops_ext.data.values import Looked

MOST = 5
LONGEST = 40
# The engine's words for what breaks each rule.
RULES = {
    "column": "mistyped",
    "nulls": "null",
    "categories": "listed",
    "range": "outside",
    "unique": "repeated",
}


def examples(looked: Looked, rule: str, words: Sequence[str] = ()) -> tuple[str, ...]:
    """`'ZZ' (row 7)`, at most five; `words` are the values that are not declared."""
    declared = looked.declared
    measure = Measure(
        kind="examples",
        column=looked.name,
        rule=RULES[rule],
        limit=MOST,
        low=declared.min,
        high=declared.max,
        words=tuple(words),
    )
    try:
        found = looked.table.aggregate([measure])[0]
    except MlopsExtError:
        # An engine that can't point at rows has counted them all the same.
        return tuple(map(escaped, words[:MOST])) if looked.shown else ()
    if rule == "nulls" or not looked.shown:
        return tuple(f"row {row}" for row in found.counts)
    return tuple(
        f"{escaped(value)} (row {row})" for value, row in zip(found.categories, found.counts, strict=True)
    )


def escaped(value: str) -> str:
    """A value on one line, in quotes, without what could steer a terminal or a log."""
    text = ascii(value) if not value.isprintable() else repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 4]}...'"
