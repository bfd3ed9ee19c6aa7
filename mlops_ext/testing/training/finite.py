"""Numbers that are none: NaN and infinity, counted."""

from __future__ import annotations

from typing import Any


def unfinite(data: Any) -> tuple[int, int]:
    """How many values are NaN (or nothing at all), and how many infinite; words are neither."""
    import numpy

    if hasattr(data, "select_dtypes"):
        data = data.select_dtypes("number")
    if hasattr(data, "tocsr"):
        data = data.data
    try:
        values = numpy.asarray(data, dtype="float64")
    except (TypeError, ValueError):
        import pandas

        return int(pandas.isna(numpy.asarray(data, dtype="object")).sum()), 0
    return int(numpy.isnan(values).sum()), int(numpy.isinf(values).sum())


def rows_unfinite(predictions: Any) -> tuple[int, int]:
    """How many rows have a prediction that is NaN, and how many one that is infinite."""
    found = [unfinite(row) for row in predictions] if any(unfinite(predictions)) else []
    return sum(nan > 0 for nan, _ in found), sum(inf > 0 for _, inf in found)
