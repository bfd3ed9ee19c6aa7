"""What a column is: fixed at training from its role and type, never guessed again from live rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_ext.contract.data import Column, ColumnRoles

NUMBER, CATEGORY, TIME, ID, OTHER = "number", "category", "time", "id", "other"

_NUMBERS = ("integer", "float", "decimal")
_TIMES = ("date", "timestamp", "timestamp-utc", "time")
_WORDS = ("string", "boolean")
# A live `null` column has no values, so nothing about its type is known.
_FAMILIES = {"integer": "number", "float": "number", "decimal": "number", "timestamp-utc": "timestamp"}


def choose_kind(column: Column, roles: ColumnRoles) -> str:
    """number, category, time, id or other; `other` is counted by its nulls only."""
    if column.name in (roles.id, roles.version):
        return ID
    if column.name == roles.time or column.type in _TIMES:
        return TIME
    if column.name in roles.categories or column.type in _WORDS:
        return CATEGORY
    return NUMBER if column.type in _NUMBERS else OTHER


def aligned(before: str, after: str, kind: str = "") -> bool:
    """Whether values of the second type mean the same as those of the first.

    Integer, float and decimal are all numbers; naive times are taken as UTC; a category is the same
    whether it is written as text, integer or boolean. A column of nulls agrees with everything.
    """
    if "null" in (before, after) or _FAMILIES.get(before, before) == _FAMILIES.get(after, after):
        return True
    if {before, after} <= {"date", "timestamp", "timestamp-utc"}:
        return True
    return kind == CATEGORY and {before, after} <= {"string", "boolean", "integer", "float"}


def normal_word(type_: str, word: str) -> str:
    """A category as it was counted at training: `1.0` is `1` in a column of integers, `True` is `true`."""
    if type_ == "boolean":
        lower = word.lower()
        return {"1": "true", "0": "false", "1.0": "true", "0.0": "false"}.get(lower, lower)
    if type_ in ("integer", "float") and word.endswith(".0"):
        return word[:-2]
    return word
