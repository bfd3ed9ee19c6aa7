"""A stateful stand-in for GitHub's REST API. What it is asked is checked against GitHub's OpenAPI file.

    with GitHub() as github:
        repository = github.repository("acme/flights")
        repository.pull(7, head=commit)
        token = github.token("secret", {"pull_requests": "write", "checks": "write"})
        call(root, "comment", ..., **github.environ("acme/flights", token))
        assert repository.comments[0]["body"] == ...

As a process, for a network namespace of its own: `python -m github_api seed.json ready.json` (see __main__).
"""

from __future__ import annotations

from github_api.server import GitHub
from github_api.state import BOT, Fault, Repository, Token

__all__ = ["BOT", "Fault", "GitHub", "Repository", "Token"]
