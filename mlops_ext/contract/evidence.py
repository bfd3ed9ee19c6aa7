"""Evidence that people look at beside the checks: steps, tables as counts. Small enough for a record."""

from __future__ import annotations

import msgspec


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step of a pipeline as a picture shows it.

    `how` is ran, unchanged, run-cache, changed, not-reached, failed, or empty where nobody ran it;
    `after` are the names of the steps whose outputs it takes.
    """

    name: str
    how: str = ""
    seconds: float | None = None
    after: tuple[str, ...] = ()


class ColumnSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column in a few numbers.

    `counts` are the rows of each of equally wide bins between `low` and `high`, or of each of `words`,
    the most frequent values. Columns of free text and ids have neither.
    """

    name: str
    type: str
    nulls: int = 0
    low: str = ""
    high: str = ""
    counts: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


class TableSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table in a few numbers; `more` columns are not listed."""

    name: str
    rows: int
    columns: tuple[ColumnSeen, ...] = ()
    more: int = 0
