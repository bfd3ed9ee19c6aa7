"""A curve as lines in a chart that GitHub draws."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from mlops_ext.comment.label import label
from mlops_ext.contract.comparison import Curve, Series

POINTS = 40
MOST_SERIES = 2
NEAR, FAR = 1e-9, 1e12
COLOURS = (("blue", "#3b6fd4"), ("red", "#cf222e"))
_CONFIG = (
    "---",
    "config:",
    "  xyChart:",
    "    width: 760",
    "    height: 300",
    "  themeVariables:",
    "    xyChart:",
    f'      plotColorPalette: "{", ".join(code for _, code in COLOURS)}"',
    '      backgroundColor: "#00000000"',
    "---",
    "xychart-beta",
)


def drawable(curve: Curve) -> bool:
    """Whether any of its lines has a beginning and an end that an axis can show."""
    return any(_points(one) for one in curve.series[:MOST_SERIES])


def xychart(curve: Curve) -> Iterator[str]:
    """Up to two lines, each on the same evenly spaced places, as the chart has no others."""
    drawn = [(one, _points(one)) for one in curve.series[:MOST_SERIES]]
    lines = [(label(one.name, 24) or "line", points) for one, points in drawn if points]
    low = max(points[0][0] for _, points in lines)
    high = min(points[-1][0] for _, points in lines)
    if high - low <= NEAR:
        lines = lines[-1:]
        low, high = lines[0][1][0][0], lines[0][1][-1][0]
    last = min(POINTS, max(len(points) for _, points in lines)) - 1
    places = [low + (high - low) * at / last for at in range(last + 1)]
    series = [[_between(points, x) for x in places] for _, points in lines]
    bottom, top = min(map(min, series)), max(map(max, series))
    room = (top - bottom) * 0.05 if top - bottom > NEAR else 1.0
    yield from _CONFIG
    yield f'  title "{_title(curve, [name for name, _ in lines])}"'
    yield f'  x-axis "{label(curve.x) or "x"}" {_number(low)} --> {_number(high)}'
    yield f'  y-axis "{label(curve.y) or "y"}" {_number(bottom - room)} --> {_number(top + room)}'
    yield from (f"  line [{', '.join(map(_number, values))}]" for values in series)


def _title(curve: Curve, names: Sequence[str]) -> str:
    which = ", ".join(f"{colour}: {name}" for name, (colour, _) in zip(names, COLOURS, strict=False))
    return f"{label(curve.name) or 'curve'} ({which})"


def _between(points: Sequence[tuple[float, float]], x: float) -> float:
    """The value at `x` on the straight line between its neighbours."""
    at = min(max(bisect_right(points, (x, math.inf)), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[at - 1], points[at]
    return y0 + (y1 - y0) * min(max((x - x0) / (x1 - x0), 0.0), 1.0)


def _number(value: float) -> str:
    """Without an exponent, which the chart's language does not know."""
    return f"{Decimal(f'{value:.9g}'):f}" if abs(value) > NEAR else "0"


def _points(series: Series) -> list[tuple[float, float]]:
    """In the order of x, each x once, none that no axis could show; a line has a beginning and an end."""
    pairs = sorted(
        {x: y for x, y in zip(series.x, series.y, strict=False) if max(abs(x), abs(y)) < FAR}.items()
    )
    return pairs if pairs and pairs[-1][0] - pairs[0][0] > NEAR else []
