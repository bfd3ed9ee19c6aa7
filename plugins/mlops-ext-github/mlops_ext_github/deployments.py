"""Deployments on GitHub: the history of a target, with what is there now."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from github.GithubException import BadAttributeException
from github.GithubObject import NotSet

from mlops_ext.output.clean import one_line
from mlops_ext_github import facts

if TYPE_CHECKING:
    from github.Deployment import Deployment

    from mlops_ext.contract.records import StageRecord, StoredRecord
    from mlops_ext_github.hub import Hub

PERMISSION = "deployments: write"
DESCRIPTION = 140
LOOKED_AT = 30


def tell(hub: Hub, stored: StoredRecord) -> None:
    """One deployment for each record that changed a target, with the state that it came to."""
    record, state = stored.record, facts.state(stored.record)
    commit = facts.commit(hub.context, stored, hub.place.commit)
    environment = f"{record.target}/{record.model}" if record.model else record.target
    description = _short(one_line(record.summary))

    def look() -> Deployment | None:
        known = hub.ask(lambda: _newest(hub, environment, commit), PERMISSION)
        return next((one for one in known if _is_of(one, stored) or _by_this_job(hub, one)), None)

    def make() -> Deployment:
        return hub.repository.create_deployment(
            commit,
            # What was decided by the gates is not decided again, and no branch is merged into a commit.
            auto_merge=False,
            required_contexts=[],
            environment=environment,
            production_environment=record.target == "production",
            description=description,
            payload={"stage": record.stage, "record": stored.digest, "project": record.project},
        )

    deployment, _ = hub.once(look, make, PERMISSION)
    newest = _status(hub, deployment)
    if (newest.get("state"), newest.get("description")) == (state, description):
        return
    run, service = hub.place.run_uri or NotSet, _address(record) or NotSet
    hub.ask(lambda: deployment.create_status(state, run, description, environment_url=service), PERMISSION)


def _newest(hub: Hub, environment: str, commit: str) -> list[Deployment]:
    known = hub.repository.get_deployments(sha=commit, environment=environment)
    return list(islice(known, LOOKED_AT))


def _is_of(deployment: Deployment, stored: StoredRecord) -> bool:
    return _payload(deployment).get("record") == stored.digest


def _by_this_job(hub: Hub, deployment: Deployment) -> bool:
    """Whether GitHub made it for this run's `environment:`; a second one would only hide the first."""
    if not hub.place.run or _payload(deployment):
        return False
    newest = _status(hub, deployment)
    where = str(newest.get("log_url") or newest.get("target_url") or "")
    return f"/actions/runs/{hub.place.run}/" in f"{where}/"


def _payload(deployment: Deployment) -> dict[str, Any]:
    """What whoever made it put there; of others it may be text."""
    try:
        return deployment.payload or {}
    except BadAttributeException:
        return {"text": True}


def _status(hub: Hub, deployment: Deployment) -> dict[str, Any]:
    """The newest status of a deployment; by hand, since the library leaves out `log_url`."""
    path = f"{deployment.url}/statuses?per_page=1"
    _, found = hub.ask(lambda: hub.client.requester.requestJsonAndCheck("GET", path), PERMISSION)
    return found[0] if found else {}


def _address(record: StageRecord) -> str:
    found = (ref.uri for ref in record.outputs if ref.kind == "deployment")
    return next((uri for uri in found if uri.startswith(("http://", "https://"))), "")


def _short(text: str) -> str:
    return text if len(text) <= DESCRIPTION else text[: DESCRIPTION - 1] + "…"
