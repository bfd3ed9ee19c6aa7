"""What the reusable workflows of this project ask of those who call them."""

from __future__ import annotations

import re

_LEASE = "write # the store's lease and its records, where there is no server"
# Levels with their reasons, by stage; a test holds them to the workflows themselves.
PERMISSIONS: dict[str, dict[str, str]] = {
    "develop": {"contents": _LEASE},
    "integrate": {"contents": "read"},
    "comment": {
        "actions": "read # the answer of the other run",
        "checks": "write # a check run with the lines that something is said of",
        "contents": "read",
        "pull-requests": "write # one comment, kept up to date",
    },
    "deliver": {
        "actions": "read # who approved this run",
        "contents": _LEASE,
        "deployments": "write # what is on which target",
    },
    "trigger": {"contents": _LEASE},
    "release": {"contents": _LEASE, "deployments": "write # what is released where"},
    "monitor": {"contents": _LEASE, "issues": "write # one issue, where people have to look"},
}
_CALL = re.compile(r"(?:[\w.-]+/mlops-ext|\.)/\.github/workflows/(?P<stage>\w+)\.ya?ml(?:@|$)")
_ACTION = re.compile(r"(?:[\w.-]+/mlops-ext|\.)/github-actions/(?P<stage>\w+)(?:@|$)")


def stage_of(uses: str) -> str:
    """The stage whose workflow, or whose action, a `uses:` names; empty for anything else."""
    found = _CALL.match(uses) or _ACTION.match(uses)
    return found["stage"] if found and found["stage"] in PERMISSIONS else ""
