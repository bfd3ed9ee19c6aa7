"""Run a suite in a context that leaves nothing behind, and see that every expectation was answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError, SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from mlops_ext_great_expectations.suites import Expectation, Suite


def run(suite: Suite, expectations: Sequence[Expectation], frame: pd.DataFrame, table: str) -> list[Any]:
    """The results in the order of the suite."""
    import great_expectations as gx

    known_types(suite, expectations, table)
    built = build(suite, expectations, table)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    stored = context.suites.add(built)
    asset = context.data_sources.add_pandas("engine").add_dataframe_asset(table or "table")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    answered = batch.validate(stored, result_format="SUMMARY").results
    if len(answered) != len(stored.expectations):
        raise CouldNotTellError(
            f"{len(answered)} of {len(stored.expectations)} expectations were answered", where=suite.where
        )
    order = {expectation.id: number for number, expectation in enumerate(stored.expectations)}
    return sorted(answered, key=lambda result: order.get(result.expectation_config.id, len(order)))


def build(suite: Suite, expectations: Sequence[Expectation], table: str) -> Any:
    """The suite as GX has it; what GX would leave out in silence is exit 2."""
    import pydantic.v1
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.exceptions import GreatExpectationsError

    try:
        built = ExpectationSuite(name=suite.name, expectations=list(expectations), meta=suite.meta)
    except (pydantic.v1.ValidationError, GreatExpectationsError, TypeError, ValueError) as error:
        raise SettingsError(
            f"GX does not take the suite: {_line(error)}",
            key=f"data.{table}.suite",
            file=suite.where,
            hint="correct it",
        ) from error
    asked = {_identity(expectation) for expectation in expectations}
    if len(built.expectations) < len(asked):
        what = f"GX took {len(built.expectations)} of {len(asked)} expectations"
        raise SettingsError(what, key=f"data.{table}.suite", file=suite.where)
    return built


def known_types(suite: Suite, expectations: Sequence[Expectation], table: str) -> None:
    """Every type is one that GX knows: it logs others and goes on without them."""
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    known = list_registered_expectation_implementations()
    unknown = [kind for expectation in expectations if (kind := str(expectation.get("type"))) not in known]
    if unknown:
        near = get_close_matches(unknown[0], known, 1)
        raise SettingsError(
            f"nothing to check with {', '.join(f'`{kind}`' for kind in unknown)}: no such expectation",
            key=f"data.{table}.suite", file=suite.where,
            hint=f"did you mean {near[0]}?" if near else "expectation classes of your own are not loaded yet",
        )  # fmt: skip


def _identity(expectation: Expectation) -> str:
    # GX stores equal expectations once.
    return json.dumps([expectation.get("type"), expectation.get("kwargs")], sort_keys=True, default=str)


def _line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:4])
