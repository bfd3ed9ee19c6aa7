"""Trends of monitor's windows, and where they lie in a picture of fixed size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mlops_ext.contract.checks import Check
from mlops_ext.contract.records import StageRecord

WIDTH, HEIGHT = 1120, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 34, 30


@dataclass(frozen=True)
class Point:
    """One window: its end, the value, whether the check said no, and which version served."""

    time: datetime
    value: float
    bad: bool
    version: str


@dataclass(frozen=True)
class Chart:
    """A trend as coordinates; the page draws it as SVG and as a table."""

    title: str
    points: tuple[Point, ...]
    xy: tuple[tuple[float, float], ...]
    lines: tuple[tuple[float, str], ...]
    limit: tuple[float, str] | None
    flags: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str], ...]

    @property
    def path(self) -> str:
        """The line through all points."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.xy)

    @property
    def sentence(self) -> str:
        """What somebody who can't see the picture is told."""
        values = [point.value for point in self.points]
        limit = f", {self.limit[1]}" if self.limit else ""
        span = f"from {self.points[0].time:%d %b %Y} to {self.points[-1].time:%d %b %Y}"
        low, high = min(values), max(values)
        return f"{self.title} {span} between {low:.3g} and {high:.3g}, last {values[-1]:.3g}{limit}"


def quality(records: Sequence[StageRecord]) -> Chart | None:
    """The quality that each window showed."""
    return _chart("Quality on labelled predictions", _rows(records, "quality"))


def drift(records: Sequence[StageRecord]) -> Chart | None:
    """The largest distance of any column in each window."""
    return _chart("Drift: the largest distance of a column", _rows(records, "drift"))


def _rows(records: Sequence[StageRecord], question: str) -> list[tuple[Point, Check]]:
    rows: dict[datetime, tuple[Point, Check]] = {}
    for record in records:
        checks = [c for r in record.reports if r.question == question for c in r.checks]
        numbers = [c for c in checks if isinstance(c.value, float) and c.status in ("pass", "fail")]
        end = _window_end(record)
        if not numbers or end is None:
            continue
        worst = max(numbers, key=lambda check: (check.status == "fail", float(check.value or 0)))
        version = next((ref.name for ref in record.inputs if ref.kind == "model-version"), "")
        bad = any(check.status == "fail" for check in checks)
        rows.setdefault(end, (Point(end, float(worst.value or 0), bad, version), worst))
    return [rows[end] for end in sorted(rows)]


def _window_end(record: StageRecord) -> datetime | None:
    name = next((ref.name for ref in record.inputs if ref.kind == "window"), "")
    try:
        return datetime.fromisoformat(name.rpartition("/")[2])
    except ValueError:
        return None


def _chart(title: str, rows: list[tuple[Point, Check]]) -> Chart | None:
    if len(rows) < 2:
        return None
    points = tuple(point for point, _ in rows)
    limit = next((float(c.limit) for _, c in reversed(rows) if isinstance(c.limit, int | float)), None)
    values = [point.value for point in points] + ([limit] if limit is not None else [])
    low, high = min(values), max(values)
    room = (high - low or 1.0) * 0.12
    low, high = low - room, high + room
    span = (points[-1].time - points[0].time).total_seconds()

    def x(point: Point) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (point.time - points[0].time).total_seconds() / span

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    ticks = [low + (high - low) * part / 4 for part in range(5)]
    changes = [
        point for before, point in zip((None, *points), points, strict=False) if _changed(before, point)
    ]
    return Chart(
        title=title,
        points=points,
        xy=tuple((x(point), y(point.value)) for point in points),
        lines=tuple((y(tick), f"{tick:.3g}") for tick in ticks),
        limit=(y(limit), f"limit {limit:.3g}") if limit is not None else None,
        flags=tuple((x(point), f"v{point.version.rpartition('/')[2]}") for point in changes),
        dates=tuple((x(point), f"{point.time:%d %b}") for point in points[:: max(1, len(points) // 8)]),
    )


def _changed(before: Point | None, point: Point) -> bool:
    return before is None or before.version != point.version
