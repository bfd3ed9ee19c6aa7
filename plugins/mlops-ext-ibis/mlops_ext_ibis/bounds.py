"""Windows: rows between two bounds that are written as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis.words import word

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value


def between(table: Table, column: str, start: str, end: str, where: str) -> Table:
    """Rows with start <= column < end; an empty bound is open, and then rows without a value stay out too."""
    value = table[column]
    kind = word(value.type())
    if kind == "date":
        value = value.cast("timestamp")
    kept = table.filter(value.notnull()) if start or end else table
    if start:
        kept = kept.filter(value >= _bound(start, kind, column, where))
    if end:
        kept = kept.filter(value < _bound(end, kind, column, where))
    return kept


def _bound(text: str, kind: str, column: str, where: str) -> Value:
    import ibis
    import ibis.expr.datatypes as dt

    try:
        if kind in {"integer", "float", "decimal"}:
            return _number(text)
        if kind in {"date", "timestamp"}:
            # Times without a zone are taken as UTC, as everywhere in records.
            return ibis.literal(_utc(text).replace(tzinfo=None), type="timestamp")
        if kind == "timestamp-utc":
            return ibis.literal(_utc(text), type=dt.Timestamp(timezone="UTC"))
    except (ValueError, InvalidOperation) as error:
        raise CouldNotTellError(
            f"`{text}` is no bound for column `{column}`, which is {kind}", where=where
        ) from error
    raise CouldNotTellError(
        f"column `{column}` is {kind}: only times and numbers have an order",
        where=where,
        hint="write it as ISO 8601 times",
    )


def bound_of(bound: float | str, kind: str, column: str, where: str) -> Value:
    """A bound as the engine compares it with a column of this kind; integers stay exact."""
    import ibis

    if isinstance(bound, str):
        return _bound(bound, kind, column, where)
    if kind not in {"integer", "float", "decimal"}:
        raise CouldNotTellError(f"{bound} is no bound for column `{column}`, which is {kind}", where=where)
    return ibis.literal(int(bound) if float(bound).is_integer() else bound)


def _number(text: str) -> Value:
    import ibis

    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return ibis.literal(int(number)) if number == int(number) else ibis.literal(float(number))


def _utc(text: str) -> datetime:
    if len(text) == len("2026-01-01"):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
