"""Does the engine work on this machine? Asked in a child process: an import that kills it is an answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, Check, Report
from mlops_ext.process import run

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

ASK = (
    "import ibis, duckdb; ibis.duckdb.connect().raw_sql('select 1'); "
    "print(ibis.__version__, duckdb.__version__)"
)
SECONDS = 120.0


def check(context: Context) -> Report:
    """One check, with the versions or the last line of the error."""
    ended = run([sys.executable, "-c", ASK], cwd=context.root, timeout=min(SECONDS, context.left()))
    lines = (ended.stdout if ended.code == 0 else ended.stderr).strip().splitlines() or [f"exit {ended.code}"]
    found = Check(
        name="ibis and duckdb import",
        status=PASS if ended.code == 0 else ERROR,
        message=f"ibis {lines[-1].replace(' ', ', duckdb ')}" if ended.code == 0 else lines[-1],
        hint=""
        if ended.code == 0
        else "install mlops-ext-ibis again: pip install --force-reinstall mlops-ext-ibis",
    )
    return Report(question="setup", checks=(found,))
