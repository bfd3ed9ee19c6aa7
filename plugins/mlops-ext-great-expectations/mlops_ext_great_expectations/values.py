"""Values of GX, pandas and numpy as plain ones that strict JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST = 200


def plain(value: Any) -> float | int | str | bool | None:
    """A number, a text or None; what is no finite number is None, other things are their text."""
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, Decimal):
        value = int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (date, datetime)):
        return None if str(value) == "NaT" else value.isoformat()
    return _text(value)


def _text(value: Any) -> str | None:
    if str(value) in {"<NA>", "NaT"}:
        return None
    if isinstance(value, Mapping):
        value = ", ".join(f"{key}: {plain(item)}" for key, item in value.items())
    elif isinstance(value, (list, tuple, set)):
        value = ", ".join(str(plain(item)) for item in value)
    return str(value)[:LONGEST]
