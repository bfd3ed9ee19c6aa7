"""Does Evidently import on this machine? Its metadata allows a pandas with which it does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, Check, Report
from mlops_ext.process import run
from mlops_ext_evidently.versions import BOUND, pair

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

ASK = "import evidently.presets"
SECONDS = 180.0


def check(context: Context) -> Report:
    """One check, with the versions or the last line of the error."""
    ended = run([sys.executable, "-c", ASK], cwd=context.root, timeout=min(SECONDS, context.left()))
    last = (ended.stderr.strip().splitlines() or [f"exit {ended.code}"])[-1]
    found = Check(
        name="evidently imports",
        status=PASS if ended.code == 0 else ERROR,
        message=pair() if ended.code == 0 else f"{pair()}: {last}",
        hint="" if ended.code == 0 else BOUND,
    )
    return Report(question="setup", checks=(found,))
