"""What the change does to the data: rows, columns, and values that are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mlops_ext.comment.section import Section, folded, row, table
from mlops_ext.comment.told import Told
from mlops_ext.contract.comparison import ColumnDifference, TableDifference
from mlops_ext.output.clean import markdown
from mlops_ext.words import plural

_SIDES = {"added": "new", "removed": "gone"}
_TYPES = {"added": "new", "removed": "removed", "retyped": "of another type"}
_VALUES = {"nulls": "empty values", "categories": "values", "range": "range"}
_WORDS = {"retyped": "type", "nulls": "empty", "categories": "values", "range": "range"}


def data(told: Told) -> Iterator[Section]:
    """Every table that differs, one after the other; the line before says what kind of change it is."""
    comparison = told.view.comparison
    moved = [one for one in comparison.tables if one.status != "same"] if comparison else []
    if comparison is None or not moved:
        return
    head = table(("", markdown(comparison.before), "this change"), (1, 2))
    yield folded(7, "Data", _said(moved), head, [line for one in moved for line in _rows(one)])


def _said(tables: Sequence[TableDifference]) -> str:
    """`2 columns new, 10,214 rows more`: numbers and words of ours, as nothing else may stand here."""
    kinds = Counter(one.what for changed in tables for one in changed.columns)
    parts = [f"{plural(kinds[what], 'column')} {word}" for what, word in _TYPES.items() if kinds[what]]
    parts += [
        f"{word} changed in {plural(kinds[what], 'column')}" for what, word in _VALUES.items() if kinds[what]
    ]
    parts += _more_rows(tables)
    status = Counter(one.status for one in tables)
    parts += [f"{plural(status[what], 'table')} {word}" for what, word in _SIDES.items() if status[what]]
    if status["unknown"]:
        parts.append(f"{plural(status['unknown'], 'table')} not compared")
    return ", ".join(parts) or f"{plural(len(tables), 'table')} changed"


def _more_rows(tables: Sequence[TableDifference]) -> list[str]:
    more = sum((one.rows_after or 0) - (one.rows_before or 0) for one in tables if _both(one))
    return [f"{plural(abs(more), 'row')} {'more' if more > 0 else 'fewer'}"] if more else []


def _both(one: TableDifference) -> bool:
    return one.rows_before is not None and one.rows_after is not None


def _rows(changed: TableDifference) -> Iterator[str]:
    word = _SIDES.get(changed.status, "") or ("could not be compared" if changed.status == "unknown" else "")
    why = f"<br>{markdown(changed.why, 160)}" if changed.why else ""
    cells = f"**{markdown(changed.name)}**{f', {word}' if word else ''}{why}"
    yield row((cells, _count(changed.rows_before), _count(changed.rows_after)))
    yield from (_column(one) for one in changed.columns)


def _count(rows: int | None) -> str:
    return "" if rows is None else plural(rows, "row")


def _column(one: ColumnDifference) -> str:
    """Of a column of a closed kind the word is ours; any other kind is shown as it is called."""
    before, after = markdown(one.before, 120), markdown(one.after, 120)
    if one.what == "added":
        return row((markdown(one.column), "", ", ".join(part for part in ("new", after) if part)))
    if one.what == "removed":
        return row((markdown(one.column), before, "removed"))
    name = f"{markdown(one.column)}, {_WORDS.get(one.what) or markdown(one.what)}"
    if one.what == "categories":
        return row((name, f"gone: {before}" if before else "", f"new: {after}" if after else ""))
    return row((name, before, after))
