"""Secrets in a job where the code of a pull request runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.called import calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look

# What it may do is said by `permissions`, and checked there.
_SECRET = re.compile(r"\bsecrets\.(?!GITHUB_TOKEN\b)(\w+)|=inherit$", re.MULTILINE)


def find(look: Look) -> Iterator[Finding]:
    """Of `integrate` alone: the other stages refuse to run for a pull request."""
    for call in calls(look):
        found = _SECRET.search(call.given()) if call.stage == "integrate" and call.pulled else None
        if found:
            target = "pull_request_target" in call.workflow.started
            yield Finding(
                rule="secret-in-integrate",
                file=call.workflow.file,
                line=call.line,
                message=f"{call.name} runs what a pull request brings, and has {found[1] or 'all secrets'}",
                hint="take it away: integrate asks for no secret; what needs one is asked again by deliver",
                severity="critical" if target else "",
            )
