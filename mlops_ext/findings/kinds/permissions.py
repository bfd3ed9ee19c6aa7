"""Permissions of jobs that call a stage: GitHub starts no workflow that asks for more than its caller has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mlops_ext.findings.called import PERMISSIONS, Call, calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.reading.located import Word, mapping

_LEVELS = ("none", "read", "write")


def find(look: Look) -> Iterator[Finding]:
    """A call of a workflow is refused at once; a step goes on, and what it may not do it leaves out."""
    for call in calls(look):
        lacks = list(_lacks(call))
        if lacks:
            refused = "GitHub does not start it" if call.step is None else "it can't say what it has to"
            yield Finding(
                rule="missing-permission",
                file=call.workflow.file,
                line=call.line,
                message=f"{call.name} calls {call.stage} without {', '.join(lacks)}: {refused}",
                hint=f"permissions: {{{', '.join(_asked(call))}}}",
                severity="" if call.step is None else "warning",
            )


def _lacks(call: Call) -> Iterator[str]:
    if call.job.permissions is None:
        return  # the repository's settings say, and those are not here
    for name, level in _needed(call):
        if _LEVELS.index(_granted(call.job.permissions, name)) < _LEVELS.index(level):
            yield f"{name}: {level}"


def _needed(call: Call) -> Iterator[tuple[str, str]]:
    """Of a step, only what it tells GitHub: whether it pushes records depends on the store."""
    for name, said in PERMISSIONS[call.stage].items():
        level = said.split()[0]
        if call.step is None or (level == "write" and name != "contents"):
            yield name, level


def _asked(call: Call) -> list[str]:
    return [f"{name}: {level}" for name, level in _needed(call)]


def _granted(said: Any, name: str) -> str:
    if isinstance(said, Word):
        return {"write-all": "write", "read-all": "read"}.get(said, "none")
    level = str(mapping(said).get(name) or "none")
    return level if level in _LEVELS else "write"
