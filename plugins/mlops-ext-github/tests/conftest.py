"""A stand-in for GitHub, and the environment of a runner that points to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "tests")]

from github_api import GitHub, Repository  # noqa: E402
from github_project import SHA  # noqa: E402

TOKEN = "ghs_a-long-and-odd-token-0815"


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a runner that the tests themselves run on."""
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """A GitHub that answers; what it answered was as GitHub publishes it."""
    with GitHub() as github:
        github.token(
            TOKEN, dict.fromkeys(["checks", "pull_requests", "contents", "deployments", "issues"], "write")
        )
        github.tokens[TOKEN].may["actions"] = "read"
        for name, value in github.environ("acme/flights", TOKEN).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GITHUB_RUN_ID", "55")
        monkeypatch.setenv("GITHUB_SHA", "b" * 40)
        yield github
    assert not github.unlike
    assert not [request for request in github.log if request.token not in (TOKEN, "other")]


@pytest.fixture
def flights(github: GitHub) -> Repository:
    """A repository with a pull request and a run."""
    it = github.repository("acme/flights")
    it.pull(7, head=SHA)
    it.run(55, head=SHA)
    return it
