"""The table as it may arrive one day: zeros, tiny, huge, constant, missing values, unseen categories.

Every column keeps its type as far as the value allows: a missing integer is a float, as in any reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mlops_ext.testing.training.adapter import Frame
from mlops_ext.testing.training.table import Rows

EVERY = 10
EACH = 3
UNSEEN = "mlops-ext-unseen"
SMALL = 1e-12
LARGE = 1e30


@dataclass(frozen=True)
class Variant:
    """A changed frame. `extreme`: values that only the team's own arithmetic is blamed for.

    With `fitted` the model is fitted on it too; else a model of the plain rows predicts it.
    """

    what: str
    frame: Frame
    extreme: bool = False
    fitted: bool = True


def zeros(rows: Rows) -> list[Variant]:
    """One number after the other is zero, and whole columns are."""
    scattered = _scattered(rows, rows.numbers, lambda column, place: 0, share=True)
    halves = [_whole(rows, half, lambda column: 0) for half in _halves(rows.numbers)]
    return [
        Variant("a zero in each numeric column", scattered),
        *(Variant("whole columns of zeros", frame) for frame in halves),
    ]


def tiny(rows: Rows) -> list[Variant]:
    """Columns around 1e-12; single values down to the smallest number that there is."""
    floats = tuple(name for name in rows.numbers if _kind(rows, name) == "f")
    scaled = _whole(rows, floats, lambda column: column * _factor(column, SMALL))
    least = _scattered(rows, floats, lambda column, place: _least(column, place))
    if not floats:
        return []
    return [
        Variant("values around 1e-12", scaled),
        Variant("values of 1e-300 and 5e-324", least, extreme=True),
    ]


def huge(rows: Rows) -> list[Variant]:
    """Single values of 1e30, or the largest integer; then 1e300."""
    if not rows.numbers:
        return []
    floats = tuple(name for name in rows.numbers if _kind(rows, name) == "f")
    large = _scattered(rows, rows.numbers, lambda column, place: _large(column, LARGE, place))
    found = [Variant("values of 1e30 and the largest integers", large)]
    if floats:
        most = _scattered(rows, floats, lambda column, place: _large(column, 1e300, place))
        found.append(Variant("values of 1e300", most, extreme=True))
    return found


def constant(rows: Rows) -> list[Variant]:
    """Half of the columns have one value everywhere, then the other half."""
    names = (*rows.numbers, *rows.categories)
    halves = [_whole(rows, half, _usual) for half in _halves(names)]
    return [Variant("constant columns", frame) for frame in halves]


def missing(rows: Rows) -> list[Variant]:
    """Every tenth row lacks a value, now in this column, now in that."""
    names = tuple(name for name in (*rows.numbers, *rows.categories) if rows.frame[name].dtype.name != "bool")
    if not names:
        return []
    return [Variant("missing values", _scattered(rows, names, lambda column, place: None, share=True))]


def unseen(rows: Rows) -> list[Variant]:
    """Rows to predict have categories that training never saw."""
    words = tuple(name for name in rows.categories if _kind(rows, name) not in "iufb")
    if not words:
        return []
    frame = _scattered(rows, words, lambda column, place: UNSEEN, share=True)
    return [Variant("categories that training never saw", frame, fitted=False)]


CASES: dict[str, Callable[[Rows], list[Variant]]] = {
    "zeros": zeros,
    "tiny": tiny,
    "huge": huge,
    "constant": constant,
    "missing": missing,
    "unseen": unseen,
}


def _halves(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [half for half in (names[::2], names[1::2]) if half]


def _whole(rows: Rows, names: tuple[str, ...], value: Callable[[Any], Any]) -> Frame:
    frame = rows.frame.copy()
    for name in names:
        column = frame[name]
        changed = value(column)
        frame[name] = changed if hasattr(changed, "dtype") else column.map(lambda _, changed=changed: changed)
        frame[name] = frame[name].astype(column.dtype)
    return frame


def _scattered(
    rows: Rows, names: tuple[str, ...], value: Callable[[Any, int], Any], *, share: bool = False
) -> Frame:
    """Single values in each column, in rows where the other columns keep theirs, and in some rows in all."""
    frame = rows.frame.copy()
    for number, name in enumerate(names):
        places = [
            place
            for place in range(len(frame))
            if place % EVERY == 5 and (place // EVERY) % len(names) == number
        ]
        together = [place for place in range(len(frame)) if place % (EVERY * 3) == 7]
        places = places if share else places[:EACH]
        places = places or [number % len(frame)]
        frame[name] = _put(
            frame[name], sorted({*places, *(together[:EACH] if not share else together)}), value
        )
    return frame


def _put(column: Any, places: list[int], value: Callable[[Any, int], Any]) -> Any:
    import pandas

    values = {place: value(column, number) for number, place in enumerate(places)}
    if column.dtype.name == "category":
        new = {one for one in values.values() if one is not None} - set(column.cat.categories)
        column = column.cat.add_categories(sorted(new)) if new else column
    elif column.dtype.name.lstrip("u").startswith("int") and None in values.values():
        column = column.astype("float64")
    column = column.copy()
    for place, one in values.items():
        column.iloc[place] = pandas.NA if one is None and column.dtype.kind not in "fO" else one
    return column


def _kind(rows: Rows, name: str) -> str:
    kind = getattr(rows.frame[name].dtype, "kind", "O")
    return str(kind)


def _factor(column: Any, size: float) -> float:
    largest = float(column.abs().max())
    return size / largest if largest > 0 else 1.0


def _least(column: Any, place: int) -> float:
    import numpy

    small = numpy.finfo(_numpy_type(column))
    return float(small.smallest_subnormal) if place % 2 else max(1e-300, float(small.tiny))


def _large(column: Any, size: float, place: int) -> float | int:
    import numpy

    sign = -1 if place % 2 and float(column.min()) < 0 else 1
    kind = _numpy_type(column)
    if kind.kind in "iu":
        return int(numpy.iinfo(kind).max)
    # A tenth of what the type holds: sums of a few stay inside.
    return sign * min(size, float(numpy.finfo(kind).max) / 10)


def _numpy_type(column: Any) -> Any:
    import numpy

    return getattr(column.dtype, "numpy_dtype", None) or numpy.dtype(column.dtype)


def _usual(column: Any) -> Any:
    known = column.dropna()
    if known.empty:
        return None
    return known.iloc[0] if getattr(column.dtype, "kind", "O") in "iufM" else known.mode().iloc[0]
