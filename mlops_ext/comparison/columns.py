"""How the columns of two tables differ: which came, went or changed type, then their values by counts."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from mlops_ext.contract.comparison import ColumnDifference
from mlops_ext.contract.data import Column, Measure, Measured, Table
from mlops_ext.words import listed

ORDERED = ("integer", "float", "decimal", "date", "timestamp", "timestamp-utc", "time")
NAMED = ("string", "boolean")
MOST_CATEGORIES = 100
SHOWN = 5


def schema_differences(before: Sequence[Column], after: Sequence[Column]) -> Iterator[ColumnDifference]:
    """Columns that came, went, or have another type."""
    old, new = {one.name: one.type for one in before}, {one.name: one.type for one in after}
    for name in dict.fromkeys([*new, *old]):
        if name not in old:
            yield ColumnDifference(column=name, what="added", after=new[name])
        elif name not in new:
            yield ColumnDifference(column=name, what="removed", before=old[name])
        elif old[name] != new[name]:
            yield ColumnDifference(column=name, what="retyped", before=old[name], after=new[name])


def value_differences(
    before: Table, after: Table, categories: Sequence[str], hidden: Container[str] = ()
) -> Iterator[ColumnDifference]:
    """What the values of columns that both have with one type say: nulls, ranges, categories.

    `categories` are columns that are categories although they hold numbers; of those in `hidden` only
    nulls are counted.
    """
    new = {one.name: one.type for one in after.schema}
    shared = [one for one in before.schema if new.get(one.name) == one.type]
    asked = [
        measure
        for one in shared
        for measure in _measures(one, one.name in categories)
        if measure.kind == "nulls" or one.name not in hidden
    ]
    if not asked:
        return
    pairs = dict(zip(asked, zip(before.aggregate(asked), after.aggregate(asked), strict=True), strict=True))
    rows = before.rows, after.rows
    for measure, (old, now) in pairs.items():
        found = DIFFERS[measure.kind](measure.column, old, now, rows) if measure.kind in DIFFERS else None
        if found:
            yield found
        if measure.kind == "min":
            highest = pairs[Measure(kind="max", column=measure.column)]
            yield from _range(measure.column, (old, highest[0]), (now, highest[1]))


def _measures(column: Column, named: bool) -> Iterator[Measure]:
    yield Measure(kind="nulls", column=column.name)
    if column.type in NAMED or named:
        yield Measure(kind="categories", column=column.name, limit=MOST_CATEGORIES + 1)
    elif column.type in ORDERED:
        yield Measure(kind="min", column=column.name)
        yield Measure(kind="max", column=column.name)


def _nulls(column: str, old: Measured, new: Measured, rows: tuple[int, int]) -> ColumnDifference | None:
    if old.value == new.value:
        return None
    said = [_share(one.value, count) for one, count in zip((old, new), rows, strict=True)]
    return ColumnDifference(column=column, what="nulls", before=said[0], after=said[1])


def _categories(column: str, old: Measured, new: Measured, _: tuple[int, int]) -> ColumnDifference | None:
    # With more values than this it is a text or a key, and new ones are no news.
    if max(len(old.categories), len(new.categories)) > MOST_CATEGORIES:
        return None
    went = [_counted(old, name) for name in old.categories if name not in set(new.categories)]
    came = [_counted(new, name) for name in new.categories if name not in set(old.categories)]
    if not went and not came:
        return None
    return ColumnDifference(
        column=column, what="categories", before=listed(went, SHOWN), after=listed(came, SHOWN)
    )


def _range(
    column: str, old: tuple[Measured, Measured], new: tuple[Measured, Measured]
) -> Iterator[ColumnDifference]:
    before, after = (
        "no values" if low.value is None else f"{_shown(low.value)} to {_shown(high.value)}"
        for low, high in (old, new)
    )
    if before != after:
        yield ColumnDifference(column=column, what="range", before=before, after=after)


DIFFERS = {"nulls": _nulls, "categories": _categories}


def _share(count: object, rows: int) -> str:
    number = count if isinstance(count, int) else 0
    return f"{number:,} of {rows:,}"


def _counted(found: Measured, name: str) -> str:
    return f"{name} ({found.counts[found.categories.index(name)]:,})"


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
