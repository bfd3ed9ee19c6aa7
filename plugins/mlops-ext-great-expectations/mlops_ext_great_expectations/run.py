"""Run a suite on a batch, and see that every expectation was taken and answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError, SettingsError

if TYPE_CHECKING:
    from mlops_ext_great_expectations.request import Request
    from mlops_ext_great_expectations.suites import Expectation, Suite


def run(context: Any, batch: Any, suite: Suite, expectations: Sequence[Expectation], asked: Request) -> Any:
    """GX's own result, whose answers are in the order of the suite."""
    from great_expectations.exceptions import SuiteParameterError

    known_types(suite, expectations)
    stored = context.suites.add_or_update(build(suite, expectations))
    try:
        result = batch.validate(
            stored, result_format=_format(asked), expectation_parameters=asked.parameters or None
        )
    except SuiteParameterError as error:
        raise SettingsError(
            _line(error), key="great-expectations.parameters", file=suite.where, hint="give it a value"
        ) from error
    if len(result.results) != len(stored.expectations):
        raise CouldNotTellError(
            f"{len(result.results)} of {len(stored.expectations)} expectations were answered",
            where=suite.where,
        )
    order = {expectation.id: number for number, expectation in enumerate(stored.expectations)}
    result.results.sort(key=lambda one: order.get(one.expectation_config.id, len(order)))
    return result


def _format(asked: Request) -> dict[str, Any]:
    # Values that nobody may see are not collected in the first place.
    return {"result_format": "SUMMARY", "partial_unexpected_count": 0 if asked.private else 20}


def build(suite: Suite, expectations: Sequence[Expectation]) -> Any:
    """The suite as GX has it; what GX would leave out in silence is exit 2."""
    import pydantic.v1
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.exceptions import GreatExpectationsError

    try:
        built = ExpectationSuite(name=suite.name, expectations=list(expectations), meta=suite.meta)
    except (pydantic.v1.ValidationError, GreatExpectationsError, TypeError, ValueError) as error:
        raise SettingsError(
            f"GX does not take the suite: {_line(error)}",
            key=suite.key,
            file=suite.where,
            hint="correct it",
        ) from error
    asked = {_identity(expectation) for expectation in expectations}
    if len(built.expectations) < len(asked):
        what = f"GX took {len(built.expectations)} of {len(asked)} expectations"
        raise SettingsError(what, key=suite.key, file=suite.where)
    return built


def known_types(suite: Suite, expectations: Sequence[Expectation]) -> None:
    """Every type is one that GX knows: it logs others and goes on without them."""
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    known = list_registered_expectation_implementations()
    unknown = [kind for expectation in expectations if (kind := str(expectation.get("type"))) not in known]
    if unknown:
        near = get_close_matches(unknown[0], known, 1)
        own = "your own classes belong in plugins/ of the GX folder"
        raise SettingsError(
            f"nothing to check with {', '.join(f'`{kind}`' for kind in unknown)}: no such expectation",
            key=suite.key, file=suite.where,
            hint=f"did you mean {near[0]}?" if near else own,
        )  # fmt: skip


def _identity(expectation: Expectation) -> str:
    # GX stores equal expectations once.
    return json.dumps([expectation.get("type"), expectation.get("kwargs")], sort_keys=True, default=str)


def _line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:4])
