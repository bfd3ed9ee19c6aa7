"""Curves of both sides in one picture each."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from mlops_ext.contract.comparison import Curve, Series

MOST_POINTS = 200


def curves(before: Iterable[Curve], after: Iterable[Curve], names: tuple[str, str]) -> tuple[Curve, ...]:
    """Every curve that differs, or that only one side has, with a series for each side."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    return tuple(
        _both(name, old.get(name), new.get(name), names)
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    )


def _both(name: str, old: Curve | None, new: Curve | None, names: tuple[str, str]) -> Curve:
    several = max(len(curve.series) for curve in (old, new) if curve) > 1
    found = [
        _thinned(replace(one, name=f"{side}: {one.name}" if several else side))
        for curve, side in zip((old, new), names, strict=True)
        if curve
        for one in curve.series
    ]
    axes = new or old or Curve(name=name, x="", y="")
    return Curve(name=name, x=axes.x, y=axes.y, series=tuple(found))


def _thinned(series: Series) -> Series:
    """At most `MOST_POINTS`, evenly, with the first and the last: records and pages stay small."""
    last = len(series.x) - 1
    if last < MOST_POINTS:
        return series
    kept = [round(at * last / (MOST_POINTS - 1)) for at in range(MOST_POINTS)]
    return replace(series, x=tuple(series.x[at] for at in kept), y=tuple(series.y[at] for at in kept))
