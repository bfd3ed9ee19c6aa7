"""Values of the engine as plain ones that JSON can hold."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal


def plain(value: object) -> float | int | str | None:
    """A number, an ISO 8601 text, or None; a number that is not finite is None."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, str)) else str(value)


def finite_float(value: float | None) -> float:
    """A float of a list; the largest one where it is infinite, so that edges stay in order."""
    if value is None:
        raise ValueError("a quantile of nothing")
    largest = 1.7976931348623157e308
    return min(max(float(value), -largest), largest)
