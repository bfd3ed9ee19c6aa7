"""What the routes of deployments, environments and Actions answer."""

from __future__ import annotations

import json
from typing import Any

from github_api.answers import Asked, Entry, Listed, Refused, answers, one
from github_api.state import named, new_id, now, user

# Deployments


@answers("deployments")
def deployments(asked: Asked) -> tuple[int, Any]:
    found = asked.repository.deployments[::-1]
    for key in ("sha", "ref", "task", "environment"):
        found = [d for d in found if asked.query.get(key) in (None, d[key])]
    return 200, Listed(found)


@answers("deployments", "post")
def create_deployment(asked: Asked) -> tuple[int, Any]:
    """GitHub merges the default branch into an old ref and waits for all checks, unless told not to."""
    body, it = asked.body, asked.repository
    if it.refs and body["ref"] not in it.refs:
        raise Refused(422, f"No ref found for: {body['ref']}")
    if body.get("auto_merge", True) and body["ref"] != it.default_branch:
        return 202, {"message": f"Auto-merged {it.default_branch} into {body['ref']} on deployment."}
    if body.get("required_contexts") is None and any(check["status"] != "completed" for check in it.checks):
        raise Refused(409, f"Conflict: Commit status checks failed for {body['ref']}")
    made = {"id": new_id(), "task": "deploy", "environment": "production", "description": None, **body}
    made |= {"url": (url := asked.path(f"deployments/{made['id']}")), "statuses_url": f"{url}/statuses"}
    made |= {"sha": body["ref"], "creator": user(asked.token.login), "created_at": now(), "updated_at": now()}
    it.deployments.append(made)
    return 201, made


@answers("deployments/{deployment_id}")
def deployment(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.deployments, "id", asked.names["deployment_id"])


@answers("deployments/{deployment_id}/statuses")
def deployment_statuses(asked: Asked) -> tuple[int, Any]:
    deployment(asked)
    return 200, Listed(asked.repository.deployment_statuses.get(asked.names["deployment_id"], [])[::-1])


@answers("deployments/{deployment_id}/statuses", "post")
def create_deployment_status(asked: Asked) -> tuple[int, Any]:
    """A success makes the earlier ones of its environment inactive, production's excepted."""
    it, (_, mine) = asked.repository, deployment(asked)
    made = _status(asked, mine, asked.body["state"], asked.body)
    if made["state"] == "success" and asked.body.get("auto_inactive", True):
        for other in it.deployments:
            known = it.deployment_statuses.get(str(other["id"]), [])
            alike = other["environment"] == mine["environment"] and not other.get("production_environment")
            if other is not mine and alike and known and known[-1]["state"] == "success":
                _status(asked, other, "inactive", {})
    return 201, made


def _status(asked: Asked, of: Entry, state: str, body: Entry) -> Entry:
    made = {"id": new_id(), "description": "", "environment": of["environment"], **body, "state": state}
    made |= {
        "url": f"{of['statuses_url']}/{made['id']}",
        "creator": user(asked.token.login),
        "created_at": now(),
    }
    made.pop("auto_inactive", None)
    asked.repository.deployment_statuses.setdefault(str(of["id"]), []).append(made)
    return made


# Environments


@answers("environments")
def environments(asked: Asked) -> tuple[int, Any]:
    return 200, Listed(list(asked.repository.environments.values()), "environments")


@answers("environments/{environment_name}")
def environment(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.environments.values(), "name", asked.names["environment_name"])


@answers("environments/{environment_name}/secrets")
def environment_secrets(asked: Asked) -> tuple[int, Any]:
    environment(asked)
    return 200, _secrets(asked, asked.names["environment_name"])


# Actions


@answers("actions/secrets")
def secrets(asked: Asked) -> tuple[int, Any]:
    return 200, _secrets(asked, "")


def _secrets(asked: Asked, environment: str) -> Listed:
    names = asked.repository.secrets.get(environment, [])
    return Listed([{"name": name, "created_at": now(), "updated_at": now()} for name in names], "secrets")


@answers("actions/variables")
def variables(asked: Asked) -> tuple[int, Any]:
    known = asked.repository.variables.items()
    made = [{"name": n, "value": v, "created_at": now(), "updated_at": now()} for n, v in known]
    return 200, Listed(made, "variables")


@answers("actions/permissions/workflow")
def workflow_permissions(asked: Asked) -> tuple[int, Any]:
    word = asked.repository.workflow_permissions
    return 200, {"default_workflow_permissions": word, "can_approve_pull_request_reviews": False}


@answers("actions/runs")
def runs(asked: Asked) -> tuple[int, Any]:
    found = [
        r for r in asked.repository.runs.values() if asked.query.get("head_sha") in (None, r["head_sha"])
    ]
    return 200, Listed([_run(asked, run) for run in found], "workflow_runs")


@answers("actions/runs/{run_id}")
def run(asked: Asked) -> tuple[int, Any]:
    return 200, _run(asked, one(asked.repository.runs.values(), "id", asked.names["run_id"]))


def _run(asked: Asked, known: Entry) -> Entry:
    here = named(asked.repository.name)
    url = asked.path(f"actions/runs/{known['id']}")
    return {"repository": here, "head_repository": here, "pull_requests": [], "url": url, **known}


@answers("actions/runs/{run_id}/approvals")
def approvals(asked: Asked) -> tuple[int, Any]:
    run(asked)
    return 200, asked.repository.approvals.get(asked.names["run_id"], [])


@answers("actions/runs/{run_id}/artifacts")
def artifacts(asked: Asked) -> tuple[int, Any]:
    run(asked)
    return 200, Listed(asked.repository.artifacts.get(asked.names["run_id"], []), "artifacts")


@answers("dispatches", "post")
def dispatch(asked: Asked) -> tuple[int, Any]:
    if len(json.dumps(asked.body.get("client_payload", {})).encode()) >= 64 * 1024:
        raise Refused(422, "Invalid request.\n\nclient_payload is too large.")
    asked.repository.dispatches.append(asked.body)
    return 204, None


@answers("actions/workflows/{workflow_id}/dispatches", "post")
def workflow_dispatch(asked: Asked) -> tuple[int, Any]:
    asked.repository.dispatches.append({"workflow": asked.names["workflow_id"], **asked.body})
    return 204, None
