"""Events as GitHub sends them, and a GitHub for act to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from github_api import GitHub

TEAM, FORK = "acme/flights", "someone/fork"


def pull_request(head: str, *, fork: bool = False, branch: str = "change") -> dict[str, Any]:
    """The event of an opened pull request."""
    whose = {"full_name": FORK if fork else TEAM, "fork": fork}
    return {
        "action": "opened",
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"ref": branch, "sha": head, "repo": whose},
            "base": {"ref": "main", "sha": head},
        },
        "repository": {"full_name": TEAM, "default_branch": "main"},
    }


def ended(head: str, *, event: str = "pull_request", fork: bool = False, **more: Any) -> dict[str, Any]:
    """The event of a run that ended."""
    run = {
        "id": 55,
        "event": event,
        "conclusion": "success",
        "head_sha": head,
        "head_branch": "change",
        "head_repository": {"full_name": FORK if fork else TEAM},
        "html_url": "https://github.com/acme/flights/actions/runs/55",
        **more,
    }
    return {"workflow_run": run, "repository": {"full_name": TEAM, "default_branch": "main"}}


def reached(github: GitHub, token: str = "comments", *, enterprise: bool = False) -> list[str]:
    """act's options for a GitHub that is elsewhere, or for an Enterprise Server."""
    env = github.environ(TEAM, enterprise=enterprise)
    return [*(f"--env={name}={value}" for name, value in env.items()), f"-s=GITHUB_TOKEN={token}"]
