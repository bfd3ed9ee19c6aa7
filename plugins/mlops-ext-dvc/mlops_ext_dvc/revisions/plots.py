"""Plots as curves: numbers over numbers, or over the row's position; pictures and words are notes."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlops_ext.contract.comparison import Curve, Series
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.revisions.declared import Plot
from mlops_ext_dvc.revisions.parse import SEPARATED, parse
from mlops_ext_dvc.revisions.reader import Reader

READABLE = {*SEPARATED, ".json", ".yaml", ".yml"}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp"}
STEP = "step"


def read(plots: Iterable[Plot], reader: Reader, note: Callable[[str], None]) -> tuple[Curve, ...]:
    """All curves; what can't be drawn is noted."""
    found = []
    for plot in plots:
        try:
            found += [curve for one in _unfolded(plot, reader) if (curve := _curve(one, reader, note))]
        except MlopsExtError as error:
            note(f"plot {plot.name}: {error}")
    return tuple(found)


def _unfolded(plot: Plot, reader: Reader) -> Iterator[Plot]:
    """A plot of a folder is one plot per file."""
    files = [(file, field) for path, field in plot.y for file in reader.below(path)]
    if len(files) == len(plot.y):
        yield plot
        return
    for file, field in files:
        yield Plot(file, (file, plot.x[1]), ((file, field),))


def _curve(plot: Plot, reader: Reader, note: Callable[[str], None]) -> Curve | None:
    suffixes = {posixpath.splitext(path)[1].lower() for path, _ in plot.y}
    if suffixes & PICTURES:
        note(f"plot {plot.name} is a picture: not compared")
        return None
    if not suffixes <= READABLE:
        note(f"plot {plot.name} is in none of the formats {', '.join(sorted(READABLE))}: not drawn")
        return None
    series = [one for path, field in plot.y if (one := _series(plot, path, field, reader, note))]
    if not series:
        return None
    fields = list(dict.fromkeys(one.name for one in series))
    return Curve(name=plot.name, x=plot.x[1] or STEP, y=", ".join(fields), series=tuple(series))


def _series(plot: Plot, path: str, field: str, reader: Reader, note: Callable[[str], None]) -> Series | None:
    content = reader.read(path)
    rows = _rows(parse(path, content)) if content is not None else []
    if not rows:
        note(
            f"plot {plot.name}: {path} is not there"
            if content is None
            else f"plot {plot.name}: no rows in {path}"
        )
        return None
    field = field or str(list(rows[0])[-1])
    across = rows if plot.x[0] in ("", path) else _rows(parse(plot.x[0], reader.read(plot.x[0]) or b"[]"))
    if plot.x[1] and len(across) != len(rows):
        note(f"plot {plot.name}: {plot.x[0]} has {len(across)} rows, {path} has {len(rows)}: not drawn")
        return None
    pairs = [
        (_number(across[at].get(plot.x[1])) if plot.x[1] else float(at), _number(row.get(field)))
        for at, row in enumerate(rows)
    ]
    kept = [(x, y) for x, y in pairs if x is not None and y is not None]
    if len(kept) < len(rows):
        note(f"plot {plot.name}: {len(rows) - len(kept)} of {len(rows)} points of {field} are no numbers")
    return Series(name=field, x=tuple(x for x, _ in kept), y=tuple(y for _, y in kept)) if kept else None


def _rows(body: Any) -> list[dict[str, Any]]:
    """The rows: a list of mappings, or the first such list below."""
    if isinstance(body, list):
        return [row if isinstance(row, dict) else {"value": row} for row in body]
    for value in body.values() if isinstance(body, dict) else ():
        found = _rows(value)
        if found:
            return found
    return []


def _number(value: Any) -> float | None:
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
