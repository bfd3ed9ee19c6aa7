"""The tables of two states: by their digests first, and opened only where the bytes differ."""

from __future__ import annotations

from collections.abc import Container, Iterable

from msgspec.structs import replace

from mlops_ext.comparison.columns import schema_differences, value_differences
from mlops_ext.contract.comparison import TableDifference
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef, Table
from mlops_ext.contract.settings import DataSettings
from mlops_ext.data.schema_check import hidden
from mlops_ext.errors import InterruptedByUser, MlopsExtError


def tables(
    context: Context, before: Iterable[DataRef], after: Iterable[DataRef]
) -> tuple[TableDifference, ...]:
    """Every table of either side; one that can't be compared is unknown, with the reason."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    return tuple(_table(context, name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old]))


def _table(context: Context, name: str, old: DataRef | None, new: DataRef | None) -> TableDifference:
    if old is None or new is None:
        return TableDifference(name=name, status="added" if old is None else "removed")
    if old.digest and old.digest == new.digest:
        return TableDifference(name=name, status="same")
    sides = (old, "before"), (new, "after")
    blank = next((side for ref, side in sides if not ref.digest and not ref.uri), "")
    if blank:
        return TableDifference(name=name, status="unknown", why=f"nobody noted which bytes it had {blank}")
    try:
        settings = context.settings.data.get(name, DataSettings(path=""))
        return _opened(_open(context, old), _open(context, new), new, hidden(settings, new))
    except (InterruptedByUser, KeyboardInterrupt):
        raise
    except MlopsExtError as error:
        hint = f"; {error.hint}" if error.hint else ""
        return TableDifference(name=name, status="unknown", why=f"{error}{hint}")


def _open(context: Context, ref: DataRef) -> Table:
    return context.open(ref if ref.uri else replace(ref, uri=str(context.fetch(ref.ref()))))


def _opened(old: Table, new: Table, ref: DataRef, secret: Container[str]) -> TableDifference:
    values = value_differences(old, new, ref.columns.categories, secret)
    found = [*schema_differences(old.schema, new.schema), *values]
    why = ""
    if not found and old.rows == new.rows:
        order = [one.name for one in old.schema] != [one.name for one in new.schema]
        why = "columns in another order" if order else "other bytes; rows, columns, nulls, ranges as before"
    return TableDifference(
        name=ref.name,
        status="changed",
        rows_before=old.rows,
        rows_after=new.rows,
        columns=tuple(found),
        why=why,
    )
