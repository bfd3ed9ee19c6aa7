"""Small pictures as coordinates: how values lie, the steps of a pipeline, a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_ext.contract.comparison import Curve
from mlops_ext.contract.evidence import ColumnSeen, Step

BARS_WIDTH, BARS_HEIGHT = 120, 26
BOX_WIDTH, BOX_HEIGHT = 176, 54
GAP_ALONG, GAP_ACROSS = 44, 18
# More layers than this run off a screen sideways, so the picture goes down instead.
ALONG = 5
MOST_STEPS = 60
CURVE_WIDTH, CURVE_HEIGHT = 560, 200
LEFT, RIGHT, TOP, BOTTOM = 60, 14, 12, 28
MOST_SERIES = 4


def bars(counts: Sequence[int]) -> str:
    """A path with a bar for each count; one that is not 0 is always seen."""
    highest = max(counts, default=0)
    if not highest:
        return ""
    width = BARS_WIDTH / len(counts)
    parts = []
    for number, count in enumerate(counts):
        height = max(2, round(count / highest * BARS_HEIGHT)) if count else 0
        left, right = round(number * width), max(round((number + 1) * width) - 1, round(number * width) + 1)
        if height:
            parts.append(f"M{left} {BARS_HEIGHT}v-{height}h{right - left}v{height}z")
    return "".join(parts)


def bars_said(column: ColumnSeen) -> str:
    """The bars in words, for who can't see them."""
    total = sum(column.counts)
    if not total:
        return "no values"
    highest = max(range(len(column.counts)), key=lambda number: column.counts[number])
    share = f"{column.counts[highest] / total:.0%}"
    if column.words:
        return f"most frequent: {column.words[highest]}, {share} of those shown"
    bins = f"{len(column.counts)} bins from {column.low} to {column.high}"
    return f"{bins}, fullest is number {highest + 1} with {share}"


@dataclass(frozen=True)
class Box:
    """A step, and where its upper left corner lies."""

    step: Step
    x: int
    y: int


@dataclass(frozen=True)
class Steps:
    """The steps of a pipeline, laid out; `boxes` is empty where there are too many to draw."""

    steps: tuple[Step, ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int

    @property
    def sentence(self) -> str:
        """The picture in words."""
        failed = [step.name for step in self.steps if step.how == "failed"]
        more = f"; failed: {', '.join(failed)}" if failed else ""
        return f"Pipeline of {len(self.steps)} steps in the order in which they run{more}"


def layout(steps: Sequence[Step]) -> Steps:
    """Each step behind those that it follows: by layers, left to right, or downwards where they are many."""
    if len(steps) > MOST_STEPS:
        return Steps(tuple(steps), (), (), 0, 0)
    after = _direct(steps)
    layers = _layers(steps, after)
    depth = max(layers.values(), default=0) + 1
    along = depth <= ALONG
    boxes = {}
    taken: dict[int, int] = {}
    for step in steps:
        layer = layers[step.name]
        place = taken[layer] = taken.get(layer, -1) + 1
        boxes[step.name] = _box(step, layer, place, along)
    lines = [
        _line(boxes[before], boxes[name], along) for name, befores in after.items() for before in befores
    ]
    width = max((box.x for box in boxes.values()), default=0) + BOX_WIDTH + 2
    height = max((box.y for box in boxes.values()), default=0) + BOX_HEIGHT + 2
    return Steps(tuple(steps), tuple(boxes.values()), tuple(lines), width, height)


def _direct(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Who follows whom at once: what is behind another step that is followed needs no line of its own."""
    known = {step.name: [name for name in step.after if name != step.name] for step in steps}
    known = {name: [one for one in befores if one in known] for name, befores in known.items()}
    return {
        name: [one for one in befores if not any(one in _behind(other, known) for other in befores)]
        for name, befores in known.items()
    }


def _behind(name: str, after: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(after[name])
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += after[one]
    return found


def _layers(steps: Sequence[Step], after: dict[str, list[str]]) -> dict[str, int]:
    """The length of the longest way to each step; a ring, which no tool allows, ends after as many rounds."""
    layers = {step.name: 0 for step in steps}
    for _ in steps:
        longer = {
            name: max((layers[one] + 1 for one in befores), default=0) for name, befores in after.items()
        }
        if longer == layers:
            break
        layers = longer
    return layers


def _box(step: Step, layer: int, place: int, along: bool) -> Box:
    if along:
        return Box(step, 1 + layer * (BOX_WIDTH + GAP_ALONG), 1 + place * (BOX_HEIGHT + GAP_ACROSS))
    return Box(step, 1 + place * (BOX_WIDTH + GAP_ACROSS), 1 + layer * (BOX_HEIGHT + GAP_ALONG // 2))


def _line(start: Box, end: Box, along: bool) -> str:
    if along:
        x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT // 2
        x2, y2 = end.x - 6, end.y + BOX_HEIGHT // 2
        middle = end.x - GAP_ALONG // 2
        return f"M{x1} {y1}H{middle - 14}C{middle} {y1} {middle} {y2} {middle + 8} {y2}H{x2}"
    x1, y1 = start.x + BOX_WIDTH // 2, start.y + BOX_HEIGHT
    x2, y2 = end.x + BOX_WIDTH // 2, end.y - 6
    return f"M{x1} {y1}C{x1} {y1 + 10} {x2} {y2 - 10} {x2} {y2}"


@dataclass(frozen=True)
class Drawn:
    """A curve as coordinates: lines with their names, and ticks of both axes."""

    curve: Curve
    lines: tuple[tuple[str, str], ...]
    ticks_y: tuple[tuple[float, str], ...]
    ticks_x: tuple[tuple[float, str], ...]

    @property
    def sentence(self) -> str:
        """The picture in words: where each line begins and ends."""
        ends = [f"{one.name} from {one.y[0]:.4g} to {one.y[-1]:.4g}" for one in self.curve.series if one.y]
        return f"{self.curve.y} over {self.curve.x}: {', '.join(ends)}"


def draw(curve: Curve) -> Drawn | None:
    """The curve, or nothing where there are less than two points."""
    series = [one for one in curve.series if len(one.x) > 1 and len(one.x) == len(one.y)][:MOST_SERIES]
    if not series:
        return None
    x_low, x_high = _span([x for one in series for x in one.x])
    y_low, y_high = _span([y for one in series for y in one.y])

    def x_of(value: float) -> float:
        return LEFT + (CURVE_WIDTH - LEFT - RIGHT) * (value - x_low) / (x_high - x_low)

    def y_of(value: float) -> float:
        return TOP + (CURVE_HEIGHT - TOP - BOTTOM) * (y_high - value) / (y_high - y_low)

    lines = tuple(
        (one.name, " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in zip(one.x, one.y, strict=True)))
        for one in series
    )
    return Drawn(
        curve=curve,
        lines=lines,
        ticks_y=tuple((y_of(tick), f"{tick:.3g}") for tick in _ticks(y_low, y_high)),
        ticks_x=tuple((x_of(tick), f"{tick:.3g}") for tick in _ticks(x_low, x_high)),
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> list[float]:
    return [low + (high - low) * part / 4 for part in range(5)]
