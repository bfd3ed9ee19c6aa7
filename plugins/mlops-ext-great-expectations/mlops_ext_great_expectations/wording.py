"""How an expectation and its counts are said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

from mlops_ext.contract.checks import SCHEMA, UNEXPECTED, VALUES
from mlops_ext_great_expectations.values import plain

MOST, LONGEST = 5, 40
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


def about(kind: str) -> str:
    """Whether an expectation asks of the schema, of values that are allowed, or of values at all."""
    word = kind.removeprefix("expect_")
    if word.startswith(("table_column", "column_to_exist", "column_values_to_be_of_type")):
        return SCHEMA
    if word.startswith("column_values_to_be_in_type_list"):
        return SCHEMA
    return UNEXPECTED if "in_set" in word or "distinct_values" in word else VALUES


def examples(found: Mapping[str, Any], hidden: bool) -> tuple[str, ...]:
    """The first values that break it, each with its row where GX names it; of hidden columns only rows."""
    values = list(found.get("partial_unexpected_list") or ())[:MOST]
    places = list(found.get("partial_unexpected_index_list") or ())[: len(values)]
    rows = [f"row {place + 1}" for place in places if isinstance(place, int)]
    words = [escaped(str(plain(value))) for value in values if plain(value) is not None]
    if hidden or not words:
        return tuple(rows)
    if len(rows) != len(words):
        return tuple(words)
    return tuple(f"{word} ({row})" for word, row in zip(words, rows, strict=True))


def escaped(text: str) -> str:
    """A value on one line, in quotes, without what could steer a terminal or a log."""
    said = repr(text) if text.isprintable() else ascii(text)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 4]}...'"


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
