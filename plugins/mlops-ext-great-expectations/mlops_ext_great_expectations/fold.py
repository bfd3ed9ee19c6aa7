"""One result of Great Expectations as one check: what was not looked at, or could not be, is no pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SCHEMA, Check
from mlops_ext_great_expectations.values import plain
from mlops_ext_great_expectations.wording import about, counts, examples, limit, name_of, spoilt

# What such an expectation observes is no value of a row.
HARMLESS = ("count", "proportion", "mean", "stdev", "sum", "columns")


@dataclass(frozen=True)
class Seen:
    """What was looked at: the columns that are there, the rows, and what a vacuous answer is.

    Values of the column `hidden` are never shown, of a `private` table none.
    """

    columns: list[str]
    rows: int
    vacuous: str = "fail"
    hidden: str = ""
    private: bool = False


def fold(result: Any, seen: Seen) -> Check:
    """The check of one expectation."""
    config = result.expectation_config
    kwargs: Mapping[str, Any] = config.kwargs
    named = columns_of(kwargs)
    base: dict[str, Any] = {
        "name": name_of(config.type, kwargs),
        "column": ", ".join(named),
        "rows": seen.rows,
        "severity": _severity(config),
        "about": about(config.type),
    }
    missing = [name for name in named if name not in seen.columns]
    if missing:
        return Check(
            **base | {"about": SCHEMA},
            status=FAIL,
            message=f"no column `{missing[0]}`",
            hint=_near(missing[0], seen.columns),
        )
    info = result.exception_info or {}
    if info and info.get("raised_exception") is not False:
        return Check(**base, status=ERROR, message=f"GX could not evaluate it: {_reason(info)}")
    if not isinstance(result.success, bool):
        return Check(**base, status=ERROR, message=f"GX gave no answer: {result.success!r}")
    return _judged(result, base, kwargs, seen)


def _judged(result: Any, base: dict[str, Any], kwargs: Mapping[str, Any], seen: Seen) -> Check:
    found: Mapping[str, Any] = result.result or {}
    status = PASS if result.success else FAIL
    secret = seen.private or seen.hidden in columns_of(kwargs)
    if "element_count" not in found:
        return _aggregate(found, base | {"status": status, "limit": limit(kwargs)}, secret)
    looked_at = int(found["element_count"]) - int(found.get("missing_count") or 0)
    if looked_at == 0:
        severity = base["severity"] if seen.vacuous == "fail" else "warning"
        message = f"vacuous: 0 of {seen.rows:,} values checked"
        return Check(
            **base | {"severity": severity}, status=FAIL, message=message, count=0, limit=limit(kwargs)
        )
    broken = int(found.get("unexpected_count") or 0)
    shown = () if result.success else examples(found, secret)
    said = counts(found, kwargs)
    return Check(
        **base | {"rows": int(found["element_count"])},
        status=status,
        count=broken,
        message=f"{said}: {', '.join(shown)}" if shown else said,
        examples=shown,
        value=round(1 - broken / looked_at, 12),
        limit=float(kwargs.get("mostly") or 1.0),
    )


def _aggregate(found: Mapping[str, Any], base: dict[str, Any], secret: bool) -> Check:
    """What was observed of a column as a whole; a minimum, a mode or a list are values of it."""
    observed = found.get("observed_value")
    wrong = spoilt(observed)
    if wrong:
        return Check(**base | {"status": FAIL}, message=wrong)
    if secret and not any(word in base["name"] for word in HARMLESS):
        return Check(**base, message="what was observed is not shown")
    return Check(**base, message=_details(found), value=plain(observed))


def columns_of(kwargs: Mapping[str, Any]) -> list[str]:
    """The columns that an expectation needs."""
    single = [kwargs[key] for key in ("column", "column_A", "column_B") if isinstance(kwargs.get(key), str)]
    return [*single, *(name for name in kwargs.get("column_list") or () if isinstance(name, str))]


def _severity(config: Any) -> str:
    severity = getattr(config, "severity", None)
    word = str(getattr(severity, "value", severity) or "critical")
    return word if word in {"critical", "warning", "info"} else "critical"


def _near(name: str, columns: list[str]) -> str:
    near = get_close_matches(name, columns, 1)
    return f"did you mean `{near[0]}`?" if near else f"the table has {', '.join(columns)}"


def _reason(info: Mapping[str, Any]) -> str:
    if "exception_message" not in info:
        inner = next((value for value in info.values() if isinstance(value, Mapping)), None)
        if inner is None:
            lines = str(next(iter(info.values()), "")).strip().splitlines()
            return lines[-1] if lines else "no reason was given"
        info = inner
    lines = str(info.get("exception_message") or "").strip().splitlines()
    return lines[0][:300] if lines else "no reason was given"


def _details(found: Mapping[str, Any]) -> str:
    details = found.get("details")
    mismatched = details.get("mismatched") if isinstance(details, Mapping) else None
    if isinstance(mismatched, Mapping):
        return "; ".join(f"{word}: {', '.join(map(str, names))}" for word, names in mismatched.items())[:300]
    value = found.get("observed_value", "")
    return "" if value == "" else f"found {plain(value)}"
