"""The rules of `mlops-ext doctor` as a table."""

from __future__ import annotations

from mlops_ext.findings.rules import RULES


def findings() -> str:
    """A row for each rule, with a link to its section."""
    rows = [f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {rule.title} |" for rule in RULES.values()]
    return "\n".join(["| rule | severity | |", "|---|---|---|", *rows])
