"""The one comment of a pull request and project: found by its marker and its author, edited in place."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mlops_ext.contract.review import Posted
from mlops_ext_github.refusals import Forbidden, Gone
from mlops_ext_github.words import fitted

if TYPE_CHECKING:
    from github.Issue import Issue
    from github.IssueComment import IssueComment

    from mlops_ext.contract.review import Review
    from mlops_ext_github.hub import Hub

PERMISSION = "pull-requests: write"


def show(hub: Hub, review: Review) -> Posted:
    """Create the comment or replace what it says; one of a commit that is no longer the newest stays away."""
    if head := _moved_on(hub, review):
        return Posted(how="skipped", why=f"the pull request has moved on to {head[:12]}")
    change, body = hub.repository.get_issue(review.change), _body(review)
    found: list[IssueComment] = []

    def look() -> IssueComment | None:
        found[:] = _ours(hub, change, review.marker)
        return found[0] if found else None

    first, made = hub.once(look, lambda: change.create_comment(body), PERMISSION)
    # Another job may have made one meanwhile: all of them keep the oldest.
    first = (look() or first) if made else first
    for double in found[1:]:
        with suppress(Gone):
            hub.ask(double.delete, PERMISSION)
    if _same(first.body, body):
        return Posted(how="created" if made else "unchanged", uri=first.html_url)
    hub.ask(lambda: first.edit(body), PERMISSION)
    return Posted(how="updated", uri=first.html_url)


def _ours(hub: Hub, change: Issue, marker: str) -> list[IssueComment]:
    """The oldest first. Others may copy a marker; GitHub would let us edit what they wrote."""
    comments = hub.ask(lambda: list(change.get_comments()), PERMISSION)
    mine = [one for one in comments if one.user and one.user.login == hub.me]
    return [one for one in mine if (one.body or "").lstrip().partition("\n")[0].strip() == marker.strip()]


def _moved_on(hub: Hub, review: Review) -> str:
    """The newest commit where it is not the one of the review; else empty, also where nobody tells."""
    try:
        pull = hub.ask(lambda: hub.repository.get_pull(review.change).complete(), "pull-requests: read")
    except Forbidden:
        return ""
    return "" if review.commit in (pull.head.sha, pull.merge_commit_sha) else pull.head.sha


def _body(review: Review) -> str:
    first = review.body.lstrip().partition("\n")[0].strip()
    return fitted(review.body if first == review.marker.strip() else f"{review.marker}\n{review.body}")


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
