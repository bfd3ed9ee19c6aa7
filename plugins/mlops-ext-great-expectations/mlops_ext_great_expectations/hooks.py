"""What Great Expectations answers. It takes seconds to import, so that happens in the hook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_great_expectations.settings import GreatExpectationsSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import ColumnRule, DataRef, SuiteDraft

PLUGIN = Plugin(
    name="great-expectations",
    settings=GreatExpectationsSettings,
    tools=("great-expectations", "pandas"),
    slow=("great_expectations",),
)


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """Whether Great Expectations imports, and whether the suites of the settings are there."""
    from mlops_ext_great_expectations import setup

    return setup.check(context)


@hookimpl
def mlops_gate_files(context: Context) -> Sequence[str] | None:
    """The team's suites and checkpoints."""
    folder = context.own("great-expectations", GreatExpectationsSettings).folder.strip("/")
    return [f"{folder}/{part}/**" for part in ("expectations", "checkpoints")]


@hookimpl
def mlops_validate_data(context: Context, data: DataRef) -> list[Report] | None:
    """Check a table against its suite; None where the settings name no suite for it."""
    from mlops_ext_great_expectations import validate

    return validate.validate(context, data)


@hookimpl
def mlops_draft_suite(context: Context, data: DataRef, rules: Sequence[ColumnRule]) -> SuiteDraft | None:
    """A first suite, where the project has no GX folder of its own."""
    from mlops_ext_great_expectations import draft

    return draft.draft(context, data, rules)
