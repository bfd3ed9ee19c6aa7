"""Does Great Expectations work on this machine? Asked in a child process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, Check, Report
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import MlopsExtError
from mlops_ext.process import run
from mlops_ext_great_expectations import request, suites
from mlops_ext_great_expectations.settings import GreatExpectationsSettings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

ASK = "import great_expectations as gx; gx.get_context(mode='ephemeral'); print(gx.__version__)"
SECONDS = 180.0


def check(context: Context) -> Report:
    """One check for the tool, and one for each suite that the settings name."""
    own = context.own("great-expectations", GreatExpectationsSettings)
    named = [(name, table.suite) for name, table in context.settings.data.items() if table.suite]
    return Report(question="setup", checks=(_tool(context), *(_suite(context, own, *pair) for pair in named)))


def _tool(context: Context) -> Check:
    ended = run([sys.executable, "-c", ASK], cwd=context.root, timeout=min(SECONDS, context.left()))
    lines = (ended.stdout if ended.code == 0 else ended.stderr).strip().splitlines() or [f"exit {ended.code}"]
    return Check(
        name="great-expectations imports",
        status=PASS if ended.code == 0 else ERROR,
        message=lines[-1],
        hint="" if ended.code == 0 else "install mlops-ext-great-expectations again",
    )


def _suite(context: Context, own: GreatExpectationsSettings, name: str, suite: str) -> Check:
    try:
        asked = request.request(context, own, DataRef(name=name, uri=""), suite=suite)
        found = suites.load(asked, suite)
    except MlopsExtError as error:
        return Check(
            name=f"suite {suite}", status=ERROR, message=error.what, where=error.where, hint=error.hint
        )
    return Check(
        name=f"suite {suite}", status=PASS, message=f"{len(found.expectations)} expectations for {name}"
    )
