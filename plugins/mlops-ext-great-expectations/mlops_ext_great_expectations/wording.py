"""How an expectation and its counts are said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from mlops_ext_great_expectations.values import plain

QUIET = ("batch_id", "column", "column_A", "column_B", "column_list", "condition_parser", "mostly")


def name_of(kind: str, kwargs: Mapping[str, Any]) -> str:
    """The expectation as a sentence, with what it asks for."""
    words = kind.removeprefix("expect_").replace("_", " ")
    asked = limit(kwargs)
    return f"{words} ({asked})" if asked else words


def limit(kwargs: Mapping[str, Any]) -> str:
    """What was asked, in short."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    parts = [] if low is None and high is None else [f"{_end(low)} to {_end(high)}"]
    rest = {key: value for key, value in kwargs.items() if key not in (*QUIET, "min_value", "max_value")}
    parts += [f"{key} {_short(value)}" for key, value in rest.items() if value is not None]
    return ", ".join(parts)


def counts(found: Mapping[str, Any], kwargs: Mapping[str, Any]) -> str:
    """Both counts and the rule: `mostly` is a share of the values that are not null."""
    broken = int(found.get("unexpected_count") or 0)
    total = int(found["element_count"])
    null = int(found.get("missing_count") or 0)
    message = f"{broken:,} of {total - null:,} non-null values break it ({null:,} null)"
    if "missing_count" not in found:
        message = f"{broken:,} of {total:,} values break it"
    mostly = kwargs.get("mostly")
    rule = "" if mostly is None or mostly == 1 else f"; at least {float(mostly):.4g} of them must hold"
    return message + rule


def spoilt(value: Any) -> str:
    """Why an aggregate is no number to judge by."""
    if isinstance(value, Real) and not math.isfinite(float(value)):
        return f"the value is {'not a number' if math.isnan(float(value)) else 'infinite'}"
    return ""


def _end(value: Any) -> str:
    return "any" if value is None else _short(value)


def _short(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = str(plain(value))
    return text if len(text) <= 80 else f"{text[:77]}..."
