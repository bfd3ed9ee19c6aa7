"""What the stand-in remembers of a repository, and what a test puts there."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

BOT = "github-actions[bot]"
# Beyond 32 bits, as today's are.
_IDS = itertools.count(3_000_000_000)


def new_id() -> int:
    """An id that nothing else has."""
    return next(_IDS)


def now() -> str:
    """The time as GitHub writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def user(login: str) -> dict[str, Any]:
    """An account, as it stands in an answer."""
    return {"login": login, "id": 1, "type": "Bot" if login.endswith("[bot]") else "User"}


@dataclass
class Token:
    """Whose a token is, and what it may: `{"checks": "write"}`, words as in `permissions:` of a workflow.

    `app` is a token of an app, such as GITHUB_TOKEN: it is nobody, so `GET /user` is refused.
    """

    login: str = BOT
    may: dict[str, str] = field(default_factory=dict)
    app: bool = True


@dataclass
class Fault:
    """What goes wrong with the next `times` requests whose method and path hold these words.

    The first `after` of them go well. `body` is sent instead of GitHub's way to refuse.
    `lost` does what was asked and drops the connection before the answer; `late` waits so many seconds
    before; `meet` holds the answer back until as many others are ready as the barrier says.
    """

    status: int = 500
    method: str = ""
    path: str = ""
    message: str = "Server Error"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    after: int = 0
    body: Any = None
    lost: bool = False
    late: float = 0.0
    meet: Barrier | None = None

    @property
    def refuses(self) -> bool:
        """Whether nothing is done of what was asked."""
        return not (self.lost or self.late or self.meet)

    @classmethod
    def secondary_limit(cls, seconds: int, **more: Any) -> Fault:
        """Too many requests in a short time."""
        message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        return cls(status=403, message=message, headers={"retry-after": str(seconds)}, **more)

    @classmethod
    def primary_limit(cls, reset: int, *, status: int = 403, **more: Any) -> Fault:
        """No request left until a time in seconds since 1970."""
        headers = {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
        return cls(status, message="API rate limit exceeded for installation.", headers=headers, **more)


@dataclass
class Repository:
    """A repository. Lists hold what was made, oldest first, as GitHub would answer it."""

    name: str
    private: bool = True
    default_branch: str = "main"
    has_issues: bool = True
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    annotations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)
    deployment_statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dispatches: list[dict[str, Any]] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    approvals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    artifacts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    branches: dict[str, dict[str, Any]] = field(default_factory=dict)
    refs: list[str] = field(default_factory=list)
    workflow_permissions: str = "read"

    def pull(
        self,
        number: int,
        *,
        head: str,
        base: str = "main",
        fork: bool = False,
        branch: str = "change",
        **more: Any,
    ) -> dict[str, Any]:
        """Open a pull request. `more` replaces fields of the answer."""
        whose = "someone/fork" if fork else self.name
        made = {
            "id": new_id(),
            "number": number,
            "state": "open",
            "url": f"/repos/{self.name}/pulls/{number}",
            "title": "A change",
            "user": user("someone"),
            "head": {
                "ref": branch,
                "sha": head,
                "label": f"{whose.split('/')[0]}:{branch}",
                "repo": named(whose),
            },
            "base": {
                "ref": base,
                "sha": "0" * 40,
                "label": f"{self.name.split('/')[0]}:{base}",
                "repo": named(self.name),
            },
            **more,
        }
        self.pulls.append(made)
        return made

    def comment(self, number: int, body: str, login: str = BOT) -> dict[str, Any]:
        """A comment that somebody wrote."""
        made = {
            "id": (id_ := new_id()),
            "body": body,
            "user": user(login),
            "created_at": now(),
            "updated_at": now(),
            "html_url": f"https://github.com/{self.name}/issues/{number}#issuecomment-{id_}",
            "issue_url": f"/repos/{self.name}/issues/{number}",
            "url": f"/repos/{self.name}/issues/comments/{id_}",
        }
        self.comments.append(made)
        return made

    def issue(self, title: str, body: str, login: str = BOT, **more: Any) -> dict[str, Any]:
        """An issue that somebody opened."""
        numbers = [entry["number"] for entry in (*self.issues, *self.pulls)]
        number = max(numbers, default=0) + 1
        made = {
            "id": new_id(),
            "number": number,
            "title": title,
            "body": body,
            "state": "open",
            "user": user(login),
            "labels": [],
            "assignees": [],
            "created_at": now(),
            "updated_at": now(),
            "html_url": f"https://github.com/{self.name}/issues/{number}",
            "url": f"/repos/{self.name}/issues/{number}",
            **more,
        }
        self.issues.append(made)
        return made

    def run(self, number: int, *, head: str = "0" * 40, event: str = "push", **more: Any) -> dict[str, Any]:
        """A run of a workflow."""
        made = {
            "id": number,
            "head_sha": head,
            "event": event,
            "status": "in_progress",
            "conclusion": None,
            **more,
        }
        self.runs[str(number)] = made
        return made

    def approve(
        self, run: int, environment: str, login: str, state: str = "approved", comment: str = ""
    ) -> None:
        """What somebody said of a run that waits for an environment."""
        said = {
            "state": state,
            "comment": comment,
            "user": user(login),
            "environments": [{"id": 1, "name": environment}],
        }
        self.approvals.setdefault(str(run), []).append(said)

    def branch(self, name: str, sha: str = "0" * 40, protected: bool = False) -> None:
        """A branch, protected or not."""
        self.branches[name] = {"name": name, "commit": {"sha": sha}, "protected": protected}


def named(name: str) -> dict[str, Any]:
    """A repository, as it stands inside another answer."""
    owner, _, short = name.partition("/")
    return {"id": 1, "name": short, "full_name": name, "owner": user(owner), "fork": owner == "someone"}
