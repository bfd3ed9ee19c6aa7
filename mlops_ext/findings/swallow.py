"""What all findings of a swallowed failure say."""

from __future__ import annotations

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.shell import Piece
from mlops_ext.findings.work import mild, program


def swallowed(
    script: Script, work: Piece, what: str, hint: str, *, line: int = -1, risk: bool = False
) -> Finding:
    """`work` fails unseen because of `what`, which stands in a line of the script; `risk`: only a warning."""
    return Finding(
        rule="swallowed-failure",
        file=script.file,
        line=script.line + (work.line if line < 0 else line),
        message=f"{script.where}: {what}: when it fails, nobody sees it",
        hint=hint,
        severity="warning" if risk or mild(program(work)) else "",
    )
