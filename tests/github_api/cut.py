"""Cuts GitHub's published OpenAPI file to the paths that the stand-in answers.

npm install @octokit/openapi@23.0.2
python cut.py node_modules/@octokit/openapi/generated/api.github.com.json openapi.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

REPOSITORY = "/repos/{owner}/{repo}"
PATHS = {
    "/rate_limit": ["get"],
    "/user": ["get"],
    REPOSITORY: ["get"],
    **{
        f"{REPOSITORY}/{rest}": methods.split()
        for rest, methods in {
            "actions/permissions/workflow": "get",
            "actions/runs": "get",
            "actions/runs/{run_id}": "get",
            "actions/runs/{run_id}/approvals": "get",
            "actions/runs/{run_id}/artifacts": "get",
            "actions/secrets": "get",
            "actions/variables": "get",
            "actions/workflows/{workflow_id}/dispatches": "post",
            "branches/{branch}": "get",
            "branches/{branch}/protection": "get",
            "check-runs": "post",
            "check-runs/{check_run_id}": "get patch",
            "check-runs/{check_run_id}/annotations": "get",
            "commits/{commit_sha}/pulls": "get",
            "commits/{ref}/check-runs": "get",
            "deployments": "get post",
            "deployments/{deployment_id}": "get",
            "deployments/{deployment_id}/statuses": "get post",
            "dispatches": "post",
            "environments": "get",
            "environments/{environment_name}": "get",
            "environments/{environment_name}/secrets": "get",
            "issues": "get post",
            "issues/{issue_number}": "get patch",
            "issues/{issue_number}/comments": "get post",
            "issues/comments/{comment_id}": "get patch delete",
            "pulls": "get",
            "pulls/{pull_number}": "get",
            "pulls/{pull_number}/files": "get",
            "rules/branches/{branch}": "get",
            "statuses/{sha}": "post",
        }.items()
    },
}
# What says something to people only; it is three quarters of the file.
PROSE = {"description", "example", "examples", "summary", "externalDocs", "tags", "x-github", "title"}


def main(source: str, place: str) -> None:
    whole = json.loads(Path(source).read_text())
    paths = {path: {name: whole["paths"][path][name] for name in names} for path, names in PATHS.items()}
    for methods in paths.values():
        for operation in methods.values():
            operation["responses"] = {
                code: answer for code, answer in operation["responses"].items() if code.startswith("2")
            }
    info = {key: whole["info"][key] for key in ("title", "version", "license")}
    out: dict[str, Any] = {
        "openapi": whole["openapi"],
        "info": info,
        "paths": _plain(paths),
        "components": {},
    }
    _take(out["paths"], whole, out["components"])
    lines = json.dumps(out, indent=0, sort_keys=True, ensure_ascii=False)
    Path(place).write_text(lines + "\n", encoding="utf-8")


def _plain(node: Any, inside: str = "") -> Any:
    """Without prose; a property may well be named `title`."""
    if isinstance(node, dict):
        named = inside == "properties"
        return {key: _plain(value, key) for key, value in node.items() if named or key not in PROSE}
    return [_plain(value) for value in node] if isinstance(node, list) else node


def _take(node: Any, whole: Any, components: dict[str, Any]) -> None:
    """What is pointed at, and what that points at."""
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _take(value, whole, components)
    if isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
        _, _, group, name = reference.split("/")
        if name not in (known := components.setdefault(group, {})):
            known[name] = _plain(whole["components"][group][name])
            _take(known[name], whole, components)


if __name__ == "__main__":
    main(*sys.argv[1:])
