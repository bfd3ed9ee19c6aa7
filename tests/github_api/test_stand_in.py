"""The stand-in itself: what it refuses, pages and remembers, and that its answers are GitHub's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from github_api import BOT, Fault, GitHub, Repository
from github_api import schema as published
from github_api.answers import ANSWERS

SHA = "a" * 40
ALL = dict.fromkeys(
    ["issues", "checks", "contents", "deployments", "actions", "statuses", "pull_requests", "secrets"],
    "write",
)
HERE = "/repos/acme/flights"


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub() as github:
        github.token(
            "full", {**ALL, "environments": "read", "actions_variables": "read", "administration": "read"}
        )
        github.token("none")
        yield github
    assert not github.unlike


@pytest.fixture
def flights(github: GitHub) -> Repository:
    it = github.repository("acme/flights")
    it.pull(7, head=SHA)
    return it


def ask(
    github: GitHub, method: str, path: str, body: Any = None, token: str = "full"
) -> tuple[int, Any, Any]:
    """Status, body and headers of an answer."""
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(github.url + path, data=sent, method=method)
    if token:
        request.add_header("authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read() or "null"), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read() or "null"), refused.headers


def test_every_route_of_the_file_is_answered() -> None:
    routes = {(path, method) for path, methods in published.spec()["paths"].items() for method in methods}
    assert routes - set(ANSWERS) == {("/rate_limit", "get"), ("/user", "get")}
    assert set(ANSWERS) <= routes


def test_what_reads_answers_as_published(github: GitHub, flights: Repository) -> None:
    flights.run(5, head=SHA)
    flights.approve(5, "production", "ana")
    flights.branch("main", SHA, protected=True)
    flights.environments["production"] = {"name": "production"}
    flights.secrets = {"": ["KEY"], "production": ["KEY"]}
    flights.variables = {"MLFLOW_TRACKING_URI": "https://mlflow.example.org"}
    flights.files["7"] = [{"filename": "params.yaml", "status": "modified"}]
    flights.artifacts["5"] = [{"id": 1, "name": "answer"}]
    flights.issue("One", "text")
    github.fail(Fault(times=0))
    for path in (
        "", "/branches/main", "/branches/main/protection", "/rules/branches/main", "/issues", "/issues/8",
        "/issues/7/comments", "/pulls", "/pulls/7", "/pulls/7/files", f"/commits/{SHA}/pulls",
        f"/commits/{SHA}/check-runs", "/deployments", "/environments", "/environments/production",
        "/environments/production/secrets", "/actions/secrets", "/actions/variables",
        "/actions/permissions/workflow", "/actions/runs", "/actions/runs/5", "/actions/runs/5/approvals",
        "/actions/runs/5/artifacts",
    ):  # fmt: skip
        assert ask(github, "GET", HERE + path)[0] == 200, path
    assert ask(github, "GET", "/rate_limit")[0] == 200


def test_what_writes_is_remembered(github: GitHub, flights: Repository) -> None:
    made = ask(github, "POST", f"{HERE}/issues/7/comments", {"body": "one"})[1]
    assert made["user"]["login"] == BOT
    assert ask(github, "PATCH", made["url"].removeprefix(github.url), {"body": "two"})[0] == 200
    assert [comment["body"] for comment in flights.comments] == ["two"]
    check = {"name": "integrate", "head_sha": SHA, "conclusion": "failure"}
    run = ask(github, "POST", f"{HERE}/check-runs", check)[1]
    assert (run["status"], run["conclusion"]) == ("completed", "failure")
    place = ask(github, "POST", f"{HERE}/deployments", {"ref": SHA, "auto_merge": False})[1]
    path = f"{HERE}/deployments/{place['id']}/statuses"
    assert ask(github, "POST", path, {"state": "success"})[0] == 201
    assert ask(github, "GET", path)[1][0]["state"] == "success"
    assert ask(github, "POST", f"{HERE}/statuses/{SHA}", {"state": "success"})[0] == 201
    assert ask(github, "POST", f"{HERE}/dispatches", {"event_type": "again"})[0] == 204
    assert flights.dispatches == [{"event_type": "again"}]
    issue = ask(github, "POST", f"{HERE}/issues", {"title": "Odd", "labels": ["mlops-ext"]})[1]
    assert (
        ask(github, "PATCH", f"{HERE}/issues/{issue['number']}", {"state": "closed"})[1]["state"] == "closed"
    )
    assert ask(github, "GET", f"{HERE}/issues?state=closed&labels=mlops-ext")[1][0]["title"] == "Odd"


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("issues/7/comments", {}, "'body' is a required property"),
        ("issues/7/comments", {"body": "x" * 65_537}, "Validation Failed"),
        ("check-runs", {"name": "x"}, "'head_sha' is a required property"),
        ("check-runs", {"name": "x", "head_sha": "main"}, "No commit found"),
        ("check-runs", {"name": "x", "head_sha": SHA, "status": "completed"}, "conclusion"),
        ("check-runs", {"name": "x", "head_sha": SHA, "conclusion": "bad"}, "is not one of"),
        ("dispatches", {"event_type": "x" * 101}, "is too long"),
        ("dispatches", {"event_type": "x", "client_payload": {str(n): n for n in range(11)}}, "too many"),
        ("dispatches", {"event_type": "x", "client_payload": {"a": "x" * 65_536}}, "too large"),
        ("statuses/" + SHA, {"state": "fine"}, "is not one of"),
    ],
)
def test_what_github_would_not_take_is_refused(
    github: GitHub, flights: Repository, path: str, body: Any, says: str
) -> None:
    status, refusal, _ = ask(github, "POST", f"{HERE}/{path}", body)
    assert (status, says in refusal["message"]) == (422, True), refusal


def test_annotations_are_added_fifty_at_a_time(github: GitHub, flights: Repository) -> None:
    one = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no"}
    output = {"title": "t", "summary": "s", "annotations": [one] * 50}
    run = ask(github, "POST", f"{HERE}/check-runs", {"name": "x", "head_sha": SHA, "output": output})[1]
    path = f"{HERE}/check-runs/{run['id']}"
    assert ask(github, "PATCH", path, {"output": {**output, "annotations": [one] * 51}})[0] == 422
    assert ask(github, "PATCH", path, {"output": output})[1]["output"]["annotations_count"] == 100


def test_a_token_may_what_it_was_given(github: GitHub, flights: Repository) -> None:
    assert ask(github, "GET", f"{HERE}/issues", token="")[0] == 401
    assert ask(github, "GET", f"{HERE}/issues", token="other")[1]["message"] == "Bad credentials"
    status, body, headers = ask(github, "POST", f"{HERE}/issues/7/comments", {"body": "x"}, token="none")
    assert (status, body["message"]) == (403, "Resource not accessible by integration")
    assert headers["x-accepted-github-permissions"] == "issues=write; pull_requests=write"
    assert ask(github, "GET", f"{HERE}/issues", token="none")[0] == 403
    flights.private = False
    assert ask(github, "GET", f"{HERE}/issues", token="none")[0] == 200
    assert ask(github, "GET", f"{HERE}/actions/secrets", token="none")[0] == 403
    github.token("person", ALL, login="ana", app=False)
    assert ask(github, "GET", "/user", token="person")[1]["login"] == "ana"
    assert ask(github, "GET", "/user")[0] == 403
    refused = ask(github, "POST", f"{HERE}/check-runs", {"name": "x", "head_sha": SHA}, token="person")
    assert "GitHub App" in refused[1]["message"]


def test_lists_come_by_pages(github: GitHub, flights: Repository) -> None:
    for number in range(35):
        flights.comment(7, str(number))
    first, headers = ask(github, "GET", f"{HERE}/issues/7/comments")[1:]
    assert len(first) == 30
    assert f'{HERE}/issues/7/comments?page=2>; rel="next"' in headers["link"]
    assert len(ask(github, "GET", f"{HERE}/issues/7/comments?page=2")[1]) == 5


def test_faults_come_on_demand(github: GitHub, flights: Repository) -> None:
    github.fail(Fault.secondary_limit(3, method="POST", path="/comments"))
    assert ask(github, "GET", f"{HERE}/issues/7/comments")[0] == 200
    status, _, headers = ask(github, "POST", f"{HERE}/issues/7/comments", {"body": "x"})
    assert (status, headers["retry-after"]) == (403, "3")
    github.fail(Fault(method="POST", lost=True))
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        ask(github, "POST", f"{HERE}/issues/7/comments", {"body": "x"})
    assert [comment["body"] for comment in flights.comments] == ["x"]


def test_it_also_runs_as_a_process(tmp_path: Path) -> None:
    seed = {
        "repositories": {"acme/flights": {"private": False}},
        "tokens": {"t": {"may": {"contents": "write"}}},
    }
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    ready = tmp_path / "ready.json"
    command = [sys.executable, "-m", "github_api", str(tmp_path / "seed.json"), str(ready)]
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(command, env=where)
    try:
        end = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        github = type("Away", (), {"url": json.loads(ready.read_text())["url"]})
        assert ask(github, "POST", f"{HERE}/dispatches", {"event_type": "again"}, token="t")[0] == 204  # type: ignore[arg-type]
        state = json.loads(Path(f"{ready}.state").read_text())
        assert state["repositories"]["acme/flights"]["dispatches"] == [{"event_type": "again"}]
    finally:
        process.terminate()
        assert process.wait(10) == 0
