"""Which permission a path needs, in the words of `permissions:` with `_` for `-`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from github_api.state import Repository, Token

# The first that fits; of several permissions one is enough.
_NEEDS = [
    (r"/issues/(\d+/comments|comments/)", ("issues", "pull_requests")),
    (r"/issues", ("issues",)),
    (r"/(pulls|commits/[^/]+/pulls)", ("pull_requests",)),
    (r"/(check-runs|commits/[^/]+/check-runs)", ("checks",)),
    (r"/statuses", ("statuses",)),
    (r"/deployments", ("deployments",)),
    (r"/environments/[^/]+/secrets", ("environments",)),
    (r"/actions/secrets", ("secrets",)),
    (r"/actions/variables", ("actions_variables",)),
    (r"/(actions/permissions|branches/[^/]+/protection)", ("administration",)),
    (r"/(environments|actions/)", ("actions",)),
    (r"/(dispatches|branches/)", ("contents",)),
]
# Closed also where everybody may read the code.
_NEVER_PUBLIC = {"secrets", "environments", "actions_variables", "administration"}


def missing(repository: Repository, token: Token, rest: str, method: str) -> str:
    """What GitHub says in `x-accepted-github-permissions` when it refuses, or "" where it does not."""
    needs = next((needs for pattern, needs in _NEEDS if re.match(pattern, rest)), ())
    level = "read" if method == "GET" else "write"
    public = not repository.private and not _NEVER_PUBLIC.intersection(needs)
    if not needs or (level == "read" and public):
        return ""
    enough = {"read", "write"} if level == "read" else {"write"}
    if any(token.may.get(name) in enough for name in needs):
        return ""
    return "; ".join(f"{name}={level}" for name in needs)
