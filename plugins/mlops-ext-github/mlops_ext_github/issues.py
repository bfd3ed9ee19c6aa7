"""Monitor's second exit: one issue that asks people, and is closed when a later window is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlops_ext_github import facts, letters
from mlops_ext_github.words import fitted, marker

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.IssueComment import IssueComment

    from mlops_ext.contract.records import StoredRecord
    from mlops_ext_github.hub import Hub

PERMISSION = "issues: write"


def tell(hub: Hub, stored: StoredRecord) -> None:
    """Ask once, add to it while it lasts, close it when it is over."""
    if facts.questions(stored.record):
        _ask(hub, stored)
    elif facts.well(stored.record):
        _close(hub, stored)


def _ask(hub: Hub, stored: StoredRecord) -> None:
    record = stored.record
    body = fitted(f"{_mark(stored)}\n{letters.question(stored, hub.place.run_uri)}")

    found: list[Issue] = []

    def look() -> Issue | None:
        found[:] = _open(hub, stored)
        return found[0] if found else None

    def make() -> Issue:
        return hub.repository.create_issue(letters.title(record), body, labels=list(hub.settings.labels))

    issue, made = hub.once(look, make, PERMISSION)
    # Another job may have made one meanwhile: all of them keep the oldest.
    issue = (look() or issue) if made else issue
    for double in found[1:]:
        _shut(hub, double, "not_planned")
    if not letters.knows(issue.body, stored):
        _add(hub, issue, stored)


def _add(hub: Hub, issue: Issue, stored: StoredRecord) -> None:
    """One comment that grows by a row: who watches the issue is told once that it goes on."""
    mark = marker("still-so", stored.record.project, stored.record.model, stored.record.target)

    def look() -> IssueComment | None:
        return next((one for one in _comments(hub, issue) if one.body.startswith(mark)), None)

    first = f"{mark}\n{letters.still_so(stored)}"
    comment, made = hub.once(look, lambda: issue.create_comment(first), PERMISSION)
    if not made and not letters.knows(comment.body, stored):
        grown = letters.grown(comment.body, stored)
        hub.ask(lambda: comment.edit(grown), PERMISSION)


def _close(hub: Hub, stored: StoredRecord) -> None:
    """A window that ends before the one in question says nothing about it."""
    for issue in _open(hub, stored):
        comments = _comments(hub, issue)
        told = [letters.until(text) for text in (issue.body, *(one.body for one in comments))]
        if facts.until(stored.record) > max(told):
            _say_well(hub, issue, stored)
            _shut(hub, issue, "completed")


def _say_well(hub: Hub, issue: Issue, stored: StoredRecord) -> None:
    text = letters.well(stored, hub.place.run_uri)

    def look() -> IssueComment | None:
        return next((one for one in _comments(hub, issue) if stored.digest in one.body), None)

    hub.once(look, lambda: issue.create_comment(text), PERMISSION)


def _shut(hub: Hub, issue: Issue, why: str) -> None:
    hub.ask(lambda: issue.edit(state="closed", state_reason=why), PERMISSION)


def _open(hub: Hub, stored: StoredRecord) -> list[Issue]:
    """Our open issues about this model on this target, the oldest first."""
    mark = _mark(stored)
    ours: Any = hub.me  # a login does; only its type says otherwise
    listed = hub.repository.get_issues
    mine = hub.ask(
        lambda: list(listed(state="open", creator=ours, sort="created", direction="asc")), PERMISSION
    )
    return [one for one in mine if (one.body or "").startswith(mark)]


def _comments(hub: Hub, issue: Issue) -> list[IssueComment]:
    comments = hub.ask(lambda: list(issue.get_comments()), PERMISSION)
    return [one for one in comments if one.user and one.user.login == hub.me]


def _mark(stored: StoredRecord) -> str:
    return marker("new-experiment", stored.record.project, stored.record.model, stored.record.target)
