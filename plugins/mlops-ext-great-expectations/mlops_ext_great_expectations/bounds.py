"""Bounds that fit the column's type, decided before the data is read.

GX compares as floats, and stops at a text beside a time, or a time without a zone beside one with it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from mlops_ext_great_expectations.suites import Expectation, Suite

BOUNDS = ("min_value", "max_value")
EXACT = 2**53
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TIMES = ("date", "timestamp", "timestamp-utc")
# Their bounds are numbers of something, whatever the column's type.
COUNTS = ("length", "count", "proportion", "stdev", "z_scores")


def fit(suite: Suite, types: Mapping[str, str]) -> list[Expectation]:
    """The expectations with bounds as the column's type; exit 2 for one that can't be compared exactly."""
    fitted = copy.deepcopy(suite.expectations)
    for expectation in fitted:
        kwargs = expectation.get("kwargs") or {}
        kind = types.get(str(kwargs.get("column")), "")
        where = f"{expectation.get('type')} on `{kwargs.get('column')}`"
        if isinstance(condition := kwargs.get("row_condition"), str) and "\n" in condition:
            raise _error(
                suite,
                f"{expectation.get('type')}: the row condition names a column with a line end: {condition!r}",
            )
        if any(word in str(expectation.get("type")) for word in COUNTS):
            continue
        for bound in BOUNDS:
            if kwargs.get(bound) is not None:
                kwargs[bound] = _fit(kwargs[bound], kind, suite, f"{where}: {bound}")
    return fitted


def refuse_texts(suite: Suite, frame: Any) -> None:
    """Exit 2 for a time as the bound of text that is none: GX compares letters, and `01/03` is below 2026."""
    for expectation in suite.expectations:
        kwargs = expectation.get("kwargs") or {}
        times = [bound for bound in BOUNDS if _is_day(kwargs.get(bound))]
        column = kwargs.get("column")
        counted = any(word in str(expectation.get("type")) for word in COUNTS)
        if not times or counted or column not in frame.columns:
            continue
        values = frame[column].dropna()
        odd = [value for value in values.unique() if isinstance(value, str) and not _is_day(value)]
        if odd:
            said = f"is {kwargs[times[0]]!r}, and the column is text that is no time: {odd[0]!r}"
            raise _error(suite, f"{expectation['type']} on `{column}`: {times[0]} {said}")


def _is_day(value: Any) -> bool:
    """Whether a text begins with a day of ISO 8601, so that its letters are in the order of time."""
    return isinstance(value, str) and DAY.match(value) is not None


def _fit(value: Any, kind: str, suite: Suite, where: str) -> Any:
    if isinstance(value, dict) or not kind:
        return value
    if kind == "integer" and isinstance(value, (int, float)) and abs(value) >= EXACT:
        raise _error(suite, f"{where} is {value}: GX compares as floats, which are exact only below 2**53")
    if kind in TIMES:
        found = _time(value, kind) if isinstance(value, str) else None
        if found is None:
            raise _error(suite, f"{where} is {value!r}, which is no {kind}")
        return found
    if kind in {"integer", "float", "decimal"} and isinstance(value, str):
        raise _error(suite, f"{where} is the text {value!r}, and the column is {kind}")
    return value


def _time(text: str, kind: str) -> date | datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if kind == "date":
        return found.date() if found.timetz() == time() else None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if kind == "timestamp-utc" else aware.astimezone(UTC).replace(tzinfo=None)


def _error(suite: Suite, what: str) -> SettingsError:
    return SettingsError(what, key=suite.key, file=suite.where, hint="correct the suite")
