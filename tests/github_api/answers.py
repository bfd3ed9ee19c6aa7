"""What each route answers, and what it changes. A route that only reads says where it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from github_api.state import Repository, Token, named, new_id, now, user

LONGEST_BODY = 65_536
Entry = dict[str, Any]


@dataclass
class Asked:
    """A request that was understood: the route's names, its query, its body, and who asks."""

    repository: Repository
    token: Token
    names: dict[str, str]
    query: dict[str, str]
    body: Any

    def path(self, rest: str) -> str:
        """A path of this repository; the server puts its own address before it."""
        return f"/repos/{self.repository.name}/{rest}"


@dataclass
class Refused(Exception):
    """An answer that is no."""

    status: int
    message: str
    errors: list[Any] = field(default_factory=list)


@dataclass
class Listed:
    """A list that is sent by pages, inside an object under `key` where there is one."""

    entries: list[Entry]
    key: str = ""


Answer = Callable[[Asked], tuple[int, Any]]
ANSWERS: dict[tuple[str, str], Answer] = {}


def answers(rest: str, method: str = "get") -> Callable[[Answer], Answer]:
    """Registers the answer to a method of a path below the repository."""

    def register(answer: Answer) -> Answer:
        ANSWERS[(f"/repos/{{owner}}/{{repo}}{'/' if rest else ''}{rest}", method)] = answer
        return answer

    return register


def one(entries: Iterable[Entry], key: str, value: str) -> Entry:
    for entry in entries:
        if str(entry[key]) == value:
            return entry
    raise Refused(404, "Not Found")


def _unprocessable(resource: str, where: str, message: str) -> Refused:
    errors = [{"resource": resource, "code": "unprocessable", "field": where, "message": message}]
    return Refused(422, "Validation Failed", errors)


def _short(resource: str, body: Any) -> None:
    if isinstance(body, dict) and len(body.get("body") or "") > LONGEST_BODY:
        raise _unprocessable(resource, "data", "Body is too long (maximum is 65536 characters)")


# The repository


@answers("")
def repository(asked: Asked) -> tuple[int, Any]:
    it = asked.repository
    more = {"private": it.private, "default_branch": it.default_branch, "has_issues": it.has_issues}
    return 200, {**named(it.name), **more, "url": f"/repos/{it.name}"}


@answers("branches/{branch}")
def branch(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.branches.values(), "name", asked.names["branch"])


@answers("branches/{branch}/protection")
def protection(asked: Asked) -> tuple[int, Any]:
    if not one(asked.repository.branches.values(), "name", asked.names["branch"])["protected"]:
        raise Refused(404, "Branch not protected")
    return 200, {}


@answers("rules/branches/{branch}")
def rules(asked: Asked) -> tuple[int, Any]:
    return 200, Listed([])


# Issues, pull requests and their comments


def _issue(asked: Asked) -> Entry:
    number, it = asked.names["issue_number"], asked.repository
    return one([*it.issues, *it.pulls], "number", number)


@answers("issues/{issue_number}/comments")
def comments(asked: Asked) -> tuple[int, Any]:
    number = _issue(asked)["number"]
    return 200, Listed([c for c in asked.repository.comments if c["issue_url"].endswith(f"/{number}")])


@answers("issues/{issue_number}/comments", "post")
def create_comment(asked: Asked) -> tuple[int, Any]:
    if (issue := _issue(asked)).get("locked"):
        raise Refused(403, "Unable to create comment because issue is locked.")
    _short("IssueComment", asked.body)
    made = asked.repository.comment(issue["number"], asked.body["body"], asked.token.login)
    return 201, made


@answers("issues/comments/{comment_id}")
def comment(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.comments, "id", asked.names["comment_id"])


@answers("issues/comments/{comment_id}", "patch")
def edit_comment(asked: Asked) -> tuple[int, Any]:
    """Whoever may write may edit the comment of another: GitHub does not stop it."""
    _short("IssueComment", asked.body)
    found = one(asked.repository.comments, "id", asked.names["comment_id"])
    found.update(body=asked.body["body"], updated_at=now())
    return 200, found


@answers("issues/comments/{comment_id}", "delete")
def delete_comment(asked: Asked) -> tuple[int, Any]:
    asked.repository.comments.remove(one(asked.repository.comments, "id", asked.names["comment_id"]))
    return 204, None


@answers("issues")
def issues(asked: Asked) -> tuple[int, Any]:
    it, query = asked.repository, asked.query
    if not it.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    pulls = [{**pull, "pull_request": {}, "labels": []} for pull in it.pulls]  # GitHub lists both
    wanted = set(filter(None, query.get("labels", "").split(",")))
    found = [
        issue
        for issue in sorted([*it.issues, *pulls], key=lambda issue: issue["number"], reverse=True)
        if query.get("state", "open") in ("all", issue["state"])
        and wanted <= {label["name"] for label in issue["labels"]}
        and query.get("creator", issue["user"]["login"]) == issue["user"]["login"]
    ]
    return 200, Listed(found[::-1] if query.get("direction") == "asc" else found)


@answers("issues", "post")
def create_issue(asked: Asked) -> tuple[int, Any]:
    if not asked.repository.has_issues:
        raise Refused(410, "Issues are disabled for this repo")
    _short("Issue", asked.body)
    if len(asked.body["title"]) > 256:
        raise _unprocessable("Issue", "title", "title is too long (maximum is 256 characters)")
    labels = [{"id": new_id(), "name": name, "color": "ededed"} for name in asked.body.get("labels", ())]
    made = asked.repository.issue(
        asked.body["title"], asked.body.get("body") or "", asked.token.login, labels=labels
    )
    return 201, made


@answers("issues/{issue_number}")
def issue(asked: Asked) -> tuple[int, Any]:
    return 200, _issue(asked)


@answers("issues/{issue_number}", "patch")
def edit_issue(asked: Asked) -> tuple[int, Any]:
    _short("Issue", asked.body)
    found = _issue(asked)
    found.update(
        {key: value for key, value in asked.body.items() if key in ("title", "body", "state", "state_reason")}
    )
    found["updated_at"] = now()
    return 200, found


@answers("pulls")
def pulls(asked: Asked) -> tuple[int, Any]:
    state, head = asked.query.get("state", "open"), asked.query.get("head")
    found = [p for p in asked.repository.pulls if state in ("all", p["state"])]
    return 200, Listed([p for p in found[::-1] if head in (None, p["head"]["label"])])


@answers("pulls/{pull_number}")
def pull(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.pulls, "number", asked.names["pull_number"])


@answers("pulls/{pull_number}/files")
def files(asked: Asked) -> tuple[int, Any]:
    return 200, Listed(asked.repository.files.get(asked.names["pull_number"], []))


@answers("commits/{commit_sha}/pulls")
def pulls_of_commit(asked: Asked) -> tuple[int, Any]:
    """Not those from forks: GitHub does not know them by the commit."""
    mine = [p for p in asked.repository.pulls if p["head"]["repo"]["full_name"] == asked.repository.name]
    return 200, Listed([p for p in mine if p["head"]["sha"] == asked.names["commit_sha"]])


# Checks and statuses


@answers("check-runs", "post")
def create_check(asked: Asked) -> tuple[int, Any]:
    if not asked.token.app:
        raise Refused(403, "You must authenticate via a GitHub App.")
    if not re.fullmatch(r"[0-9a-f]{40}", asked.body["head_sha"]):
        raise Refused(422, f"No commit found for SHA: {asked.body['head_sha'][:80]}")
    made: Entry = {
        "id": new_id(),
        "app": {"slug": asked.token.login.removesuffix("[bot]")},
        "status": "queued",
    }
    made |= {"check_suite": {"id": new_id()}, "url": asked.path(f"check-runs/{made['id']}")}
    made |= {"started_at": now(), "conclusion": None}
    made |= {"html_url": f"https://github.com/{asked.repository.name}/runs/{made['id']}", "output": {}}
    asked.repository.annotations[str(made["id"])] = []
    _change_check(asked, made)
    asked.repository.checks.append(made)
    return 201, made


@answers("check-runs/{check_run_id}", "patch")
def edit_check(asked: Asked) -> tuple[int, Any]:
    found = one(asked.repository.checks, "id", asked.names["check_run_id"])
    if found["app"]["slug"] != asked.token.login.removesuffix("[bot]"):
        raise Refused(
            403, "Invalid app_id `1` - check run can only be modified by the GitHub App that created it."
        )
    _change_check(asked, found)
    return 200, found


def _change_check(asked: Asked, check: Entry) -> None:
    """Annotations are added to those that are there; all else is replaced."""
    body = json.loads(json.dumps(asked.body))
    output = body.pop("output", None)
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise Refused(422, "Invalid request.\n\nIf `status` is completed, `conclusion` must be set.")
    if body.get("conclusion"):
        body |= {"status": "completed", "completed_at": body.get("completed_at") or now()}
    check.update(body)
    if output is not None:
        kept = asked.repository.annotations[str(check["id"])]
        kept += output.pop("annotations", [])
        check["output"] |= {"annotations_count": len(kept), **output}
        check["output"]["annotations_url"] = asked.path(f"check-runs/{check['id']}/annotations")


@answers("check-runs/{check_run_id}")
def check_run(asked: Asked) -> tuple[int, Any]:
    return 200, one(asked.repository.checks, "id", asked.names["check_run_id"])


@answers("check-runs/{check_run_id}/annotations")
def check_annotations(asked: Asked) -> tuple[int, Any]:
    return 200, Listed(asked.repository.annotations.get(asked.names["check_run_id"], []))


@answers("commits/{ref}/check-runs")
def checks_of_commit(asked: Asked) -> tuple[int, Any]:
    name = asked.query.get("check_name")
    found = [c for c in asked.repository.checks[::-1] if c["head_sha"] == asked.names["ref"]]
    if asked.query.get("filter", "latest") == "latest":
        found = list({c["name"]: c for c in found[::-1]}.values())
    return 200, Listed([c for c in found if name in (None, c["name"])], "check_runs")


@answers("statuses/{sha}", "post")
def create_status(asked: Asked) -> tuple[int, Any]:
    made = {"id": new_id(), **asked.body, "creator": user(asked.token.login), "sha": asked.names["sha"]}
    asked.repository.statuses.append(made)
    return 201, made
