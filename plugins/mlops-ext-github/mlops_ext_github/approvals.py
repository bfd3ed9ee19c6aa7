"""Who let the run of this workflow go on into an environment, from GitHub and not from our own variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_ext.contract.review import Approval
from mlops_ext_github.place import here

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

PERMISSION = "actions: read"


def find(context: Context, target: str) -> Approval | None:
    """The last approval of the environment with the target's name; None where nobody was asked."""
    place = here()
    if place is None or not place.run:
        return None
    from mlops_ext_github.hub import connected

    with connected(context, place) as hub:
        path = f"/repos/{place.repository}/actions/runs/{place.run}/approvals"
        requester = hub.client.requester
        _, said = hub.ask(lambda: requester.requestJsonAndCheck("GET", path), PERMISSION)
    approved = [one for one in said or () if _opens(one, target)]
    who = str(approved[-1]["user"]["login"]) if approved else ""
    return Approval(who=who, uri=place.run_uri) if who else None


def _opens(one: dict[str, Any], target: str) -> bool:
    """GitHub does not tell apart the case of an environment's name. A later no is another run's."""
    names = {str(environment.get("name", "")).casefold() for environment in one.get("environments") or ()}
    return one.get("state") == "approved" and target.casefold() in names and bool(one.get("user"))
