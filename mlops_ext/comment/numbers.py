"""Numbers of an answer as people compare them; all else is text from outside."""

from __future__ import annotations

import math

from mlops_ext.contract.comparison import Cell
from mlops_ext.output.clean import markdown


def shown(value: Cell, other: Cell = None) -> str:
    """Four digits, six where the other side would look the same; a side that is not there is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return markdown(value)
    four = _digits(value, 4)
    alike = isinstance(other, float) and other != value and _digits(other, 4) == four
    return _digits(value, 6) if alike else four


def signed(value: float | None) -> str:
    """A change with its sign."""
    return f"{'+' if value > 0 else ''}{_digits(value, 3)}" if value else ""


def _digits(value: float, digits: int) -> str:
    if math.isfinite(value) and value == round(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.{digits}g}"
