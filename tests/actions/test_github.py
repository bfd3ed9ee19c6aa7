"""The actions beside GitHub: what they tell it, and a token without scope that makes no step red."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from calling import git
from github_api import GitHub

from actions.bench import Bench, uses
from actions.test_outcomes import asked

NAME = "acme/bench"
EVERYTHING = {
    "actions": "read",
    "checks": "write",
    "contents": "write",
    "deployments": "write",
    "issues": "write",
    "pull_requests": "write",
}
TOKEN = "token-of-the-job-7171"
ACTING = ("integrate", "deliver", "trigger", "release", "monitor")


@pytest.fixture
def github(no_network: None) -> Iterator[GitHub]:
    """GitHub, and nothing else that could be reached."""
    with GitHub() as there:
        there.repository(NAME)
        yield there


@pytest.fixture
def told(bench: Bench) -> Bench:
    """The repository with the plugin for GitHub."""
    settings = (bench.root / "mlops-ext.toml").read_text()
    bench.write({"mlops-ext.toml": settings.replace('["bench"]', '["bench", "github"]')})
    return bench


def environment(github: GitHub, **more: str) -> dict[str, str]:
    """What the runner says of GitHub; the token comes by the action's input."""
    return {**github.environ(NAME), **more}


@pytest.mark.parametrize(
    "scopes",
    [
        pytest.param(EVERYTHING, id="all", marks=pytest.mark.stress),
        pytest.param({"metadata": "read"}, id="none"),
    ],
)
def test_a_stage_says_the_same_with_and_without_scope(
    told: Bench, github: GitHub, scopes: dict[str, str]
) -> None:
    github.token(TOKEN, scopes)
    mood = {"MOOD_IN": "monitor", "MOOD": "no"}
    ran = told.run(
        {"loop": [uses(stage) for stage in ACTING]},
        everywhere=environment(github, **mood),
        secrets={"GITHUB_TOKEN": TOKEN},
    )
    verdicts = {stage: ran.outputs(stage, stage)["verdict"] for stage in ACTING}
    assert verdicts == {**dict.fromkeys(ACTING, "pass"), "monitor": "fail"}, ran.log
    assert ran.outputs("monitor", "monitor")["trigger"].startswith("drift:")
    repository = github.repositories[NAME]
    if scopes == EVERYTHING:
        assert len(repository.deployments) == 2
        assert [event["event_type"] for event in repository.dispatches] == ["mlops-ext-trigger"]
    else:
        assert not repository.deployments
        assert not repository.dispatches
        for permission in ("deployments: write", "contents: write"):
            assert permission in ran.log
    assert github.unlike == []
    assert TOKEN not in ran.log


def test_what_a_pull_request_was_told_is_shown_by_another_workflow(told: Bench, github: GitHub) -> None:
    ran = told.run({"integrate": asked("integrate")}, event="pull_request", payload=_pull_request())
    assert ran.results == {"integrate": "success"}, ran.log
    commit = git(told.root, "rev-parse", "HEAD").strip()
    repository = github.repositories[NAME]
    repository.pull(7, head=commit)
    run = {"id": 55, "event": "pull_request", "conclusion": "success", "head_sha": commit}
    nothing = {"metadata": "read"}
    for scopes, how in ((EVERYTHING, "created"), (EVERYTHING, "unchanged"), (nothing, "skipped")):
        github.token(TOKEN, scopes)
        shown = told.run(
            {"comment": list(_comment())},
            event="workflow_run",
            payload={"workflow_run": run},
            everywhere=environment(github),
            secrets={"GITHUB_TOKEN": TOKEN},
            artifacts=ran.artifacts,
        )
        assert shown.results == {"comment": "success"}, shown.log
        assert shown.outputs("comment", "comment")["how"] == how
        notices = [text for _, text in shown.annotations("notice")]
        assert len(notices) == (how == "skipped"), notices
    assert len(repository.comments) == 1
    assert "pull-requests: write" in notices[0]
    assert github.unlike == []


def _pull_request() -> dict[str, Any]:
    head = {"ref": "more", "sha": "1" * 40, "repo": {"fork": True, "full_name": "someone/bench"}}
    return {"number": 7, "pull_request": {"number": 7, "head": head, "base": {"ref": "main"}}}


def _comment() -> Iterator[dict[str, Any]]:
    fetch = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
    token, run = "${{ github.token }}", "${{ github.event.workflow_run.id }}"
    given = {"name": "integrate", "path": "${{ runner.temp }}/in", "run-id": run, "github-token": token}
    yield {"uses": fetch, "with": given}
    yield uses(
        "comment",
        answer="${{ runner.temp }}/in",
        change="7",
        commit="${{ github.event.workflow_run.head_sha }}",
        conclusion="${{ github.event.workflow_run.conclusion }}",
    )
