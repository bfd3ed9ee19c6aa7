"""Stages that act and are given no key to the remote that holds their data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.called import ACTING, Call, own_calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.reading.located import mapping
from mlops_ext.reading.storage import default_remote

_LOGIN = re.compile(r"configure-aws-credentials|azure/login|google-github-actions/auth")
_NAMED = re.compile(r"^\s*(\w+)\s*=", re.MULTILINE)


def find(look: Look) -> Iterator[Finding]:
    """Only where the remote's library reads its keys from variables, and only on GitHub's machines."""
    remote = default_remote(look.tree)
    if remote is None or not remote.variables:
        return
    for call in own_calls(look):
        lacks = [name for name in remote.variables if not _has(call, name)]
        if lacks and call.stage in ACTING and call.hosted and not _unknown(call):
            yield Finding(
                rule="missing-secret",
                file=call.workflow.file,
                line=call.line,
                message=f"{call.name} calls {call.stage} without {', '.join(lacks)}, "
                f"which the remote {remote.name} needs",
                hint="a line NAME=${{ secrets.NAME }} each, in the secret `environment`",
            )


def _has(call: Call, name: str) -> bool:
    return bool(re.search(rf"\b{name}\b", call.given()))


def _unknown(call: Call) -> bool:
    """Whether what is given may hold anything: all secrets, lines that are one secret, a cloud's log-in."""
    if str(call.job.secrets) == "inherit" or _LOGIN.search(" ".join(step.uses for step in call.job.steps)):
        return True
    said = str(mapping(call.job.secrets).get("environment") or "")
    said += str(call.step.inputs.get("environment") or "") if call.step else ""
    return any("${{" in line and not _NAMED.match(line) for line in said.splitlines())
