"""What differs between two states of a project: metrics, parameters, tables, and curves for people."""

from __future__ import annotations

import msgspec

Cell = float | str | None


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A metric or a parameter on both sides; a side where it is not there is None.

    `change` is after minus before, where both are numbers; `why` says why a number is undefined.
    """

    name: str
    before: Cell = None
    after: Cell = None
    change: float | None = None
    why: str = ""


class ColumnDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which a column differs.

    `what` is added, removed, retyped, nulls, categories, or range; `before` and `after` as people read them.
    """

    column: str
    what: str
    before: str = ""
    after: str = ""


class TableDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table on both sides. `status` is same, changed, added, removed, or unknown, with `why`."""

    name: str
    status: str
    rows_before: int | None = None
    rows_after: int | None = None
    columns: tuple[ColumnDifference, ...] = ()
    why: str = ""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a curve: as many `x` as `y`, all finite."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class Curve(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A plot of the pipeline with a series for each side."""

    name: str
    x: str
    y: str
    series: tuple[Series, ...] = ()


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What differs between `before` and `after`, each named as people know it: `main 1a2b3c4`, `workspace`.

    What could not be compared is said in `notes`, never left out in silence.
    """

    before: str
    after: str
    metrics: tuple[Difference, ...] = ()
    params: tuple[Difference, ...] = ()
    tables: tuple[TableDifference, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
