"""The picture of a sweep: the metric over one or two parameters, or an axis for each of more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mlops_ext.comparison.sweep import FINISHED, Sweep, Trial
from mlops_ext.page.axes import scale

SIZES = ((1120, 360), (358, 320))
NARROW = 600
TOP, BOTTOM = 48, 34
SPREAD = 16.0
MOST_GROUPS = 6
LONGEST = 14


@dataclass(frozen=True)
class Text:
    """A word in the picture."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    kind: str = "tick"


@dataclass(frozen=True)
class Axis:
    """A line from one end to the other."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Line:
    """A trial across the axes, or the trials of a group."""

    points: str
    kind: str
    title: str


@dataclass(frozen=True)
class Dot:
    """One trial."""

    x: float
    y: float
    kind: str
    title: str


@dataclass
class Picture:
    """Coordinates for one width; `sentence` is what somebody who can't see it is told."""

    width: int
    height: int
    title: str
    sentence: str
    axes: list[Axis] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def pictures(sweep: Sweep) -> tuple[Picture, ...]:
    """A wide and a narrow one; none where no metric orders the trials."""
    if not sweep.best or not sweep.varying:
        return ()
    draw = _parallel if len(sweep.varying) > 2 else _scatter
    return tuple(draw(sweep, width, height) for width, height in SIZES)


def _scatter(sweep: Sweep, width: int, height: int) -> Picture:
    """The metric upwards, the first parameter to the right, a line for each value of the second."""
    across, groups = sweep.varying[0], sweep.varying[1:]
    picture = Picture(width, height, f"{sweep.metric} over {' and '.join(sweep.varying)}", _sentence(sweep))
    left, right, bottom = 64.0, width - (20.0 if not groups else 96.0), height - BOTTOM
    xs, ys = scale([trial.setting(across) for trial in sweep.trials]), _heights(sweep)
    for part, word in _marks(ys):
        y = _down(part, bottom)
        picture.axes.append(Axis(left, y, right, y))
        picture.texts.append(Text(left - 8, y + 4, word, "end"))
    for part, word in xs.ticks():
        picture.texts.append(Text(_x(part, left + 16, right - 16), height - 12, _short(word)))
    for label, trials in _groups(_numbered(sweep), groups).items():
        dots = [
            (_x(xs.place(one.setting(across)), left + 16, right - 16), _y(ys, one, sweep, bottom), one)
            for one in trials
        ]
        dots.sort(key=lambda dot: dot[0])
        if label and len(dots) > 1:
            picture.lines.append(Line(_points([dot[:2] for dot in dots]), "group", label))
        if label:
            picture.texts.append(Text(dots[-1][0] + 12, dots[-1][1] + 4, _short(label, 16), "start", "label"))
        picture.texts += [
            Text(x, y - 11, "best", kind="label") for x, y, one in dots if one is sweep.trials[0]
        ]
        picture.dots += [Dot(x, y, _kind(sweep, one), _title(sweep, one)) for x, y, one in dots]
    _apart([text for text in picture.texts if text.kind == "label" and text.anchor == "start"], picture)
    return picture


def _parallel(sweep: Sweep, width: int, height: int) -> Picture:
    """An axis for each parameter and one for the metric; a line for each trial, the best on top."""
    picture = Picture(width, height, f"{len(sweep.varying)} parameters and {sweep.metric}", _sentence(sweep))
    names = (*sweep.varying, sweep.metric)
    scales = {name: scale([trial.setting(name) for trial in sweep.trials]) for name in sweep.varying}
    bottom, edge = height - BOTTOM, 56 if width > NARROW else 40
    places = [_x(at / (len(names) - 1), edge, width - edge) for at in range(len(names))]
    for rank, trial in reversed(list(enumerate(sweep.trials))):
        # Trials that share values lie beside each other, not on each other.
        aside = SPREAD * (rank / max(len(sweep.trials) - 1, 1) - 0.5)
        points = [
            (x, _down(scales[name].place(trial.setting(name)), bottom) + aside)
            for name, x in zip(sweep.varying, places, strict=False)
        ]
        if trial in _numbered(sweep):
            points.append((places[-1], _y(_heights(sweep), trial, sweep, bottom)))
        picture.lines.append(Line(_points(points), _kind(sweep, trial), _title(sweep, trial)))
    for at, (name, x) in enumerate(zip(names, places, strict=True)):
        marks = scales[name].ticks() if name in scales else tuple(_marks(_heights(sweep)))
        _axis(picture, at, name, x, marks if width > NARROW else (marks[0], marks[-1]))
    return picture


def _axis(picture: Picture, at: int, name: str, x: float, marks: Sequence[tuple[float, str]]) -> None:
    """One axis of a parallel picture; names of neighbours stand on two lines where it is narrow."""
    bottom, wide = picture.height - BOTTOM, picture.width > NARROW
    picture.axes.append(Axis(x, TOP, x, bottom))
    row = 16 if wide or at % 2 == 0 else 30
    room = 20 if wide else 11
    picture.texts.append(Text(x, row, _short(_last(name), room), kind="name"))
    picture.texts += [
        Text(x - 8, _down(part, bottom) + 4, _short(word, 12 if wide else 7), "end") for part, word in marks
    ]


def _groups(trials: list[Trial], names: tuple[str, ...]) -> dict[str, list[Trial]]:
    """Trials by the value of the second parameter; without one, or with too many values, one group."""
    found: dict[str, list[Trial]] = {}
    for trial in trials:
        label = "".join(f"{_last(name)} {trial.setting(name)}" for name in names)
        found.setdefault(label, []).append(trial)
    return found if len(found) <= MOST_GROUPS else {"": trials}


def _apart(labels: list[Text], picture: Picture) -> None:
    """Labels that would lie on each other move down."""
    below = 0.0
    for label in sorted(labels, key=lambda one: one.y):
        y = max(label.y, below)
        picture.texts[picture.texts.index(label)] = Text(label.x, y, label.text, label.anchor, label.kind)
        below = y + 15


def _numbered(sweep: Sweep) -> list[Trial]:
    return [trial for trial in sweep.finished if trial.value(sweep.metric) is not None]


def _heights(sweep: Sweep) -> tuple[float, float]:
    values = [trial.value(sweep.metric) or 0.0 for trial in _numbered(sweep)]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _y(heights: tuple[float, float], trial: Trial, sweep: Sweep, bottom: float) -> float:
    low, high = heights
    return _down(((trial.value(sweep.metric) or 0.0) - low) / (high - low), bottom)


def _marks(heights: tuple[float, float]) -> Iterator[tuple[float, str]]:
    low, high = heights
    yield from ((part / 4, f"{low + (high - low) * part / 4:.4g}") for part in range(5))


def _kind(sweep: Sweep, trial: Trial) -> str:
    if trial is sweep.trials[0]:
        return "best"
    return "trial" if trial.status == FINISHED else "failed"


def _title(sweep: Sweep, trial: Trial) -> str:
    value = trial.value(sweep.metric)
    said = f"{sweep.metric} {value:.6g}" if value is not None else trial.status
    return f"{said} with {', '.join(f'{name}={trial.setting(name)}' for name in sweep.varying)}"


def _sentence(sweep: Sweep) -> str:
    values = [trial.value(sweep.metric) or 0.0 for trial in _numbered(sweep)]
    lost = len(sweep.trials) - len(values)
    more = f"; {lost} trials have no number" if lost else ""
    return (
        f"{sweep.metric} of {len(values)} trials lies between {min(values):.4g} and {max(values):.4g}; "
        f"best: {_title(sweep, sweep.trials[0])}{more}"
    )


def _x(part: float, left: float, right: float) -> float:
    return round(left + (right - left) * part, 1)


def _down(part: float, bottom: float) -> float:
    return round(bottom - (bottom - TOP) * part, 1)


def _points(pairs: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: max(longest - 1, 1)]}…"


def _last(name: str) -> str:
    return name.rpartition(":")[2].rpartition(".")[2]
