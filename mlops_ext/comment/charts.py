"""Pictures that GitHub draws from text. Nothing is said here alone: some pages do not draw them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from html import escape

from mlops_ext.comment.section import Section, folded
from mlops_ext.comment.told import Told
from mlops_ext.contract.comparison import Curve, Series
from mlops_ext.contract.evidence import Step
from mlops_ext.output.clean import clean, one_line
from mlops_ext.words import lasted, plural

MOST_STEPS = 40
POINTS = 40
MOST_SERIES = 2
NEAR, FAR = 1e-9, 1e12
COLOURS = (("blue", "#3b6fd4"), ("red", "#cf222e"))
_STYLES = (
    "classDef failed fill:#cf222e22,stroke:#cf222e",
    "classDef ran fill:#3b6fd422,stroke:#3b6fd4",
    "classDef other fill:#8882,stroke:#888",
)
_CLASS = {"failed": "failed", "ran": "ran"}
_HOW = {
    "ran": "ran",
    "unchanged": "unchanged",
    "run-cache": "from the run cache",
    "changed": "changed",
    "not-reached": "not reached",
    "failed": "failed",
}


def charts(told: Told) -> Iterator[Section]:
    """The steps of the pipeline, and the curve that differs: each behind a line with its result."""
    reports = [row.report for row in told.view.rows]
    steps = next((report.steps for report in reports if len(report.steps) > 1), ())
    if steps:
        yield _folded("Pipeline", _said(steps), _flowchart(steps[:MOST_STEPS]))
    comparison = told.view.comparison
    curves = [
        *(comparison.curves if comparison else ()),
        *(one for report in reports for one in report.curves),
    ]
    drawn = next((curve for curve in curves if _drawable(curve)), None)
    if drawn:
        yield _folded("Curve", f"<code>{escape(one_line(drawn.name))}</code>", _xychart(drawn))


def label(text: str, longest: int = 40) -> str:
    """Text in a closed alphabet: in a chart's own language no other character is only a character."""
    kept = "".join(one if one.isalnum() or one in " _-/" else " " for one in clean(text)[: 4 * longest])
    one = " ".join(kept.split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"


def _folded(title: str, said: str, lines: Iterable[str]) -> Section:
    return folded(10, title, said, ("```mermaid", *lines, "```"), ())


def _said(steps: Sequence[Step]) -> str:
    known = [_HOW[step.how] for step in steps if step.how in _HOW]
    words = [f"{known.count(word)} {word}" for word in dict.fromkeys(known)]
    return f"{plural(len(steps), 'step')}, {', '.join(words)}" if words else plural(len(steps), "step")


def _flowchart(steps: Sequence[Step]) -> Iterator[str]:
    ids = {step.name: f"n{place}" for place, step in enumerate(steps)}
    yield "flowchart LR"
    for step in steps:
        spent = f" {lasted(step.seconds)}" if step.seconds is not None and step.how == "ran" else ""
        how = f"<br>{_HOW[step.how]}{spent}" if step.how in _HOW else ""
        name = label(step.name) or "step"
        yield f'  {ids[step.name]}["{name}{how}"]:::{_CLASS.get(step.how, "other")}'
    for step in steps:
        yield from (f"  {ids[before]} --> {ids[step.name]}" for before in step.after if before in ids)
    yield from (f"  {style}" for style in _STYLES)


def _drawable(curve: Curve) -> bool:
    return any(_points(one) for one in curve.series[:MOST_SERIES])


def _points(series: Series) -> list[tuple[float, float]]:
    """In the order of x, each x once, none that no axis could show; a line has a beginning and an end."""
    pairs = sorted(
        {x: y for x, y in zip(series.x, series.y, strict=False) if max(abs(x), abs(y)) < FAR}.items()
    )
    return pairs if pairs and pairs[-1][0] - pairs[0][0] > NEAR else []


def _xychart(curve: Curve) -> Iterator[str]:
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
