"""Whether a table still has the columns and types that the next step was built on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mlops_ext_dvc.contracts.shapes import GUESSED, UNKNOWN, Shape

NARROWER = (("float", "integer"), ("float", "boolean"), ("integer", "boolean"), ("timestamp", "date"))


class Change(NamedTuple):
    """One column that is not as it was: its type then and now (empty: it is gone), and what to say.

    `doubtful` says that a sample alone can do this: missing values that joined tables bring, for instance.
    """

    column: str
    before: str
    now: str
    message: str
    doubtful: bool = False


def new(before: Shape, now: Shape) -> list[str]:
    """Columns that were not there before."""
    return [name for name in now.columns if name not in before.columns]


def changes(before: Shape, now: Shape) -> Iterator[Change]:
    """Columns that are gone, and those of another type."""
    added = new(before, now)
    for name, kind in before.columns.items():
        if name not in now.columns:
            same = [other for other in added if now.columns[other] == kind]
            renamed = f", perhaps now called {same[0]}" if len(same) == 1 else ""
            yield Change(name, kind, "", f"column {name} is gone{renamed}")
        elif not _fits(kind, now.columns[name]):
            found = _retyped(name, before, now)
            if found is not None:
                yield found


def _fits(before: str, now: str) -> bool:
    return before == now or UNKNOWN in (before, now)


def _retyped(name: str, before: Shape, now: Shape) -> Change | None:
    old, kind = before.columns[name], now.columns[name]
    if now.form == GUESSED and _may_be_guessed(name, old, kind, before):
        return None
    doubtful = False
    if {old, kind} == {"integer", "float"}:
        # pandas writes integers with a missing value as floats, so missing values alone may do this.
        doubtful = (before if old == "float" else now).has_nulls(name) is not False
    return Change(name, old, kind, f"column {name} is {kind}, it was {old}", doubtful)


def _may_be_guessed(name: str, old: str, kind: str, before: Shape) -> bool:
    """Of fewer rows a type is guessed more narrowly; text only where some of it looked like that before."""
    if old == "string":
        return any(map(_is_plain, before.words(name)))
    return (old, kind) in NARROWER


def _is_plain(text: str) -> bool:
    """Whether a reader might take the text for a number, a date or a truth value."""
    return (
        not text or text[0] in "+-." or text[0].isdigit() or text.lower() in ("true", "false", "nan", "inf")
    )
