"""Who could have written what this call writes: the workflow says it, at most what the event allows."""

from __future__ import annotations

import os

from mlops_ext.contract.gate import ZONES
from mlops_ext.errors import RefusedError, SettingsError

LOCAL = "local"
PULL_REQUEST, BRANCH, PROTECTED = ZONES
VARIABLE = "MLOPS_EXT_ZONE"


def zone() -> str:
    """The zone of this call; on GitHub without `MLOPS_EXT_ZONE` the most trusted that the event allows."""
    asked = os.environ.get(VARIABLE, "")
    if asked and asked not in (LOCAL, *ZONES):
        known = ", ".join((LOCAL, *ZONES))
        raise SettingsError(f"`{asked}` is no zone", key=VARIABLE, hint=f"one of {known}")
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return asked or LOCAL
    most = _allowed()
    if asked == LOCAL or (asked and ZONES.index(asked) > ZONES.index(most)):
        raise SettingsError(
            f"zone `{asked}` is not for this event, which is of zone `{most}`",
            key=VARIABLE,
            hint=_HINT[most] if asked != LOCAL else f"take {VARIABLE} away",
        )
    return asked or most


_HINT = {
    PULL_REQUEST: "what a pull request runs can't be trusted more than the pull request",
    BRANCH: "protect the branch in the repository's settings",
}


def _allowed() -> str:
    """What GitHub says of the event; a pull request is one whatever else is set."""
    event, ref = os.environ.get("GITHUB_EVENT_NAME", ""), os.environ.get("GITHUB_REF", "")
    if event.startswith("pull_request") or ref.startswith("refs/pull/") or os.environ.get("GITHUB_HEAD_REF"):
        return PULL_REQUEST
    return PROTECTED if os.environ.get("GITHUB_REF_PROTECTED") == "true" else BRANCH


def require_actor(zone: str, stage: str) -> None:
    """Refuse an act that a pull request asks for: nothing is delivered before it is merged."""
    if zone == PULL_REQUEST:
        raise RefusedError(
            f"{stage} acts, and a pull request delivers nothing", hint=f"{stage} runs once it is merged"
        )
