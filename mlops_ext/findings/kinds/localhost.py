"""Tracking servers on localhost: right on one machine, nobody's server on the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look

LOCALHOST = re.compile(
    r"^(?:https?|postgresql|mysql)\S*?://(?:[^@/\s]*@)?(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\]|host\.docker\.internal)(?=[:/]|$)"
    r"|^(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\d+"
)
_SERVER = re.compile(r"mlflow\s+(?:server|ui)\b|image:\s*\S*mlflow")


def find(look: Look) -> Iterator[Finding]:
    """One finding a place; a workflow that starts the server itself is right."""
    said: set[tuple[str, int]] = set()
    for one in look.addresses:
        if not LOCALHOST.match(one.value) or (one.file, one.line) in said:
            continue
        if one.file.startswith(".github/") and _SERVER.search(look.tree.text(one.file) or ""):
            continue
        said.add((one.file, one.line))
        yield Finding(
            rule="localhost-tracking",
            file=one.file,
            line=one.line,
            message=_message(one.value, one.fallback),
            hint="name a server that all reach in the environment, MLFLOW_TRACKING_URI=https://..., and take "
            "the address out of the code; without a server, a SQLite file: sqlite:///mlflow.db",
            severity="info" if one.fallback else "",
        )


def _message(value: str, fallback: bool) -> str:
    if fallback:
        return (
            f"where the environment names no tracking server, {value} is used: another server on each machine"
        )
    return (
        f"runs go to {value}: a server on whatever machine runs it, so in CI and at a colleague's they fail"
    )
