"""Where a value lies on an axis: numbers by their size, far apart ones by their logarithm, words in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FAR_APART = 100
MOST_TICKS = 6


@dataclass(frozen=True)
class Scale:
    """From a value, as it is written, to a part of the axis between 0 and 1."""

    values: tuple[str, ...]
    kind: str

    def place(self, value: str) -> float:
        """The part of the axis."""
        if self.kind == "words":
            return self.values.index(value) / max(len(self.values) - 1, 1)
        numbers = [self._size(one) for one in self.values]
        low, high = min(numbers), max(numbers)
        return (self._size(value) - low) / (high - low) if high > low else 0.5

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """The values where the axis is marked; of many only the ends and a few between."""
        step = max(1, -(-len(self.values) // MOST_TICKS))
        shown = dict.fromkeys([*self.values[:-1:step], self.values[-1]])
        return tuple((self.place(value), value) for value in shown)

    def _size(self, value: str) -> float:
        return math.log10(float(value)) if self.kind == "log" else float(value)


def scale(values: Sequence[str]) -> Scale:
    """The scale of these values."""
    numbers = [_number(value) for value in values]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return Scale(tuple(dict.fromkeys(values)), "words")
    ordered = tuple(sorted(dict.fromkeys(values), key=float))
    far = min(known) > 0 and max(known) / min(known) >= FAR_APART
    return Scale(ordered, "log" if far else "linear")


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
