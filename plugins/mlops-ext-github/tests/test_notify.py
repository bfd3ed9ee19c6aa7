"""Deployments, events and issues: each once for what happened, and nothing from a pull request."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import cmarkgfm
import msgspec
import pytest
from github_api import Fault, GitHub, Repository
from github_project import SHA, context_of, delivered, integrated, monitored, record

from mlops_ext.contract.checks import Fault as Broken
from mlops_ext.contract.checks import Report
from mlops_ext.contract.context import Context
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext_github import hooks

HOSTILE = (
    "</details><img src=x onerror=alert(1)>[/x](y)|`@team`\n::error::x\r-->\n<!-- until 9 -->\n"
    "<!-- mlops-ext:new-experiment a/b/c -->"
)
SERVICE = Ref(
    kind="deployment", name="flight-delay/3@production", digest="sha256:" + "2" * 64, uri="http://h:80"
)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def context(tmp_path: Path, told: list[str]) -> Context:
    return context_of(tmp_path, told=told.append)


def tell(context: Context, *records: StoredRecord) -> None:
    for stored in records:
        hooks.mlops_notify(context, stored)


def states(flights: Repository) -> dict[str, list[str]]:
    """The states of all deployments of an environment, the oldest first."""
    found: dict[str, list[str]] = {}
    for one in flights.deployments:
        known = flights.deployment_statuses.get(str(one["id"]), [])
        found.setdefault(one["environment"], []).extend(status["state"] for status in known)
    return found


# Deployments


def test_a_delivery_is_a_deployment_of_its_commit(
    github: GitHub, context: Context, flights: Repository
) -> None:
    flights.refs = [SHA]
    flights.checks.append({"id": 1, "name": "x", "head_sha": SHA, "status": "in_progress"})
    stored = delivered(context)
    tell(context, stored)
    assert [(d["environment"], d["ref"]) for d in flights.deployments] == [("test", SHA)]
    assert flights.deployments[0]["payload"]["record"] == stored.digest
    status = flights.deployment_statuses[str(flights.deployments[0]["id"])][0]
    assert (status["state"], status["description"]) == ("success", "deliver says pass")
    assert status["target_url"] == f"{github.url}/acme/flights/actions/runs/55"


def test_the_same_record_twice_is_one_deployment(context: Context, flights: Repository) -> None:
    stored = delivered(context)
    tell(context, stored, stored)
    assert states(flights) == {"test": ["success"]}


def test_a_release_is_a_deployment_of_the_model_at_its_address(context: Context, flights: Repository) -> None:
    """The commit is found over the records: those of the gate, of trigger, and of the delivery."""
    first = delivered(context, target="production")
    trained = record("trigger", parents=(first.digest,), model="flight-delay")
    gate = record("release", parents=(trained.digest,), model="flight-delay")
    for known in (first, trained, gate):
        context.desk.records[known.digest] = known  # type: ignore[attr-defined]
    tell(context, gate)
    assert not flights.deployments, "the judging half changes nothing"
    tell(context, record("release", parents=(gate.digest,), model="flight-delay", outputs=(SERVICE,)))
    made = flights.deployments[0]
    assert (made["environment"], made["ref"]) == ("production/flight-delay", SHA)
    assert made["production_environment"] is True
    assert flights.deployment_statuses[str(made["id"])][0]["environment_url"] == "http://h:80"


def test_an_earlier_deployment_is_inactive_once_another_is_there(
    context: Context, flights: Repository
) -> None:
    tell(context, delivered(context), delivered(context, summary="another package"))
    assert states(flights) == {"test": ["success", "inactive", "success"]}


@pytest.mark.parametrize("question", ["deployment", "service"])
def test_an_act_that_did_not_end_well_is_a_failure(
    context: Context, flights: Repository, question: str
) -> None:
    broken = Report(question=question, fault=Broken(exit_code=3, what="the disk is full"))
    tell(context, delivered(context, verdict="error", outputs=(), reports=(broken,)))
    assert states(flights) == {"test": ["failure"]}


def test_what_a_gate_refused_is_no_deployment(github: GitHub, context: Context) -> None:
    tell(context, delivered(context, verdict="fail", outputs=(), reports=(Report(question="gate"),)))
    lost = Report(question="promotion", plugin="mlops-ext")
    tell(context, record("release", "fail", model="flight-delay", reports=(lost,)))
    tell(context, integrated(), record("develop"), record("approve"), record("trigger"))
    assert not github.log


def test_a_deployment_that_github_made_for_the_job_is_taken(context: Context, flights: Repository) -> None:
    """`environment: production` of a job makes one; a second would hide it."""
    mine = {"id": 90, "task": "deploy", "environment": "production", "payload": {}, "ref": "main", "sha": SHA}
    mine |= {
        "url": "/repos/acme/flights/deployments/90",
        "statuses_url": "/repos/acme/flights/deployments/90/statuses",
    }
    flights.deployments.append(mine)
    log = "https://github.com/acme/flights/actions/runs/55/job/7"
    flights.deployment_statuses["90"] = [
        {"id": 91, "state": "in_progress", "log_url": log, "environment": "production", "description": ""}
    ]
    tell(context, delivered(context, target="production"))
    assert states(flights) == {"production": ["in_progress", "success"]}
    flights.deployment_statuses["90"][0]["log_url"] = log.replace("/55/", "/551/")
    del flights.deployment_statuses["90"][1]
    tell(context, delivered(context, target="production"))
    assert len(flights.deployments) == 2


def test_a_deployment_of_somebody_else_stays_as_it_is(context: Context, flights: Repository) -> None:
    url = "/repos/acme/flights/deployments/80"
    theirs = {"id": 80, "task": "deploy", "environment": "test", "payload": "text", "ref": "main", "sha": SHA}
    flights.deployments.append({**theirs, "url": url, "statuses_url": f"{url}/statuses"})
    tell(context, delivered(context))
    assert ["80" in flights.deployment_statuses, len(flights.deployments)] == [False, 2]


def test_without_a_record_of_the_commit_it_is_the_one_of_the_run(
    context: Context, flights: Repository
) -> None:
    tell(context, delivered(context, parents=("f" * 64,)))
    assert flights.deployments[0]["ref"] == "b" * 40


def test_a_commit_that_github_does_not_have_is_said(context: Context, flights: Repository) -> None:
    flights.refs = ["main"]
    with pytest.raises(CouldNotTellError, match="No ref found for: aaaa"):
        tell(context, delivered(context))


# Events


def test_monitors_first_exit_is_one_event(context: Context, flights: Repository) -> None:
    stored = monitored(20, "drift", "degradation", why="dep_delay: 0.4, 2 windows in a row")
    tell(context, stored)
    payload = {
        "project": "flights",
        "model": "flight-delay",
        "target": "production",
        "trigger": f"drift:{20:016x}\ndegradation:{20:016x}",
        "why": "dep_delay: 0.4, 2 windows in a row\ndep_delay: 0.4, 2 windows in a row",
        "record": stored.digest,
    }
    assert flights.dispatches == [{"event_type": "mlops-ext-trigger", "client_payload": payload}]
    assert not flights.issues


def test_an_event_has_room_for_any_reason(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "drift", why=HOSTILE * 2000))
    why = flights.dispatches[0]["client_payload"]["why"]
    assert (len(why) < 1000, "\n" in why, "\r" in why) == (True, False, False)


# Issues


def test_monitors_second_exit_is_one_issue_while_it_lasts(context: Context, flights: Repository) -> None:
    for day in (20, 21, 22, 22):
        tell(context, monitored(day, "new-experiment"))
    assert len(flights.issues) == 1
    issue = flights.issues[0]
    assert issue["title"] == "flight-delay on production needs a new experiment: schema: `x` is gone"
    assert [label["name"] for label in issue["labels"]] == ["mlops-ext"]
    assert "| `column x` | `it is gone` |" in issue["body"]
    assert len(flights.comments) == 1, "who watches is told once that it goes on"
    assert [f"2026-11-{day}" in flights.comments[0]["body"] for day in (21, 22)] == [True, True]
    assert flights.comments[0]["body"].count("| `schema") == 0
    assert flights.comments[0]["body"].count("2026-11-22T00:00:00+00:00` |") == 1


def test_it_is_closed_when_a_later_window_is_well(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "new-experiment"), monitored(21, "new-experiment"))
    for day in (19, 21):
        tell(context, monitored(day))
        assert flights.issues[0]["state"] == "open", "a window that is not later says nothing"
    tell(context, monitored(22), monitored(22), monitored(23))
    assert (flights.issues[0]["state"], flights.issues[0]["state_reason"]) == ("closed", "completed")
    assert ["is well" in comment["body"] for comment in flights.comments] == [False, True]
    tell(context, monitored(24, "new-experiment"))
    assert [issue["state"] for issue in flights.issues] == ["closed", "open"]


def test_drift_and_what_could_not_be_told_close_nothing(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "new-experiment"))
    later = monitored(21)
    odd = msgspec.structs.replace(later, record=msgspec.structs.replace(later.record, verdict="error"))
    tell(context, monitored(21, "drift"), odd)
    assert flights.issues[0]["state"] == "open"


def test_of_jobs_that_ask_at_once_one_issue_stays(
    github: GitHub, context: Context, flights: Repository
) -> None:
    jobs = 3
    github.fail(Fault(method="GET", path="/issues", meet=Barrier(jobs), times=jobs))
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda _: tell(context, monitored(20, "new-experiment")), range(jobs)))
    assert sorted(issue["state"] for issue in flights.issues) == ["closed"] * (jobs - 1) + ["open"]
    assert flights.issues[0]["state"] == "open"
    tell(context, monitored(21))
    assert {issue["state"] for issue in flights.issues} == {"closed"}


def test_each_model_and_target_has_an_issue_of_its_own(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "new-experiment"), monitored(20, "new-experiment", model="fares"))
    tell(context, monitored(20, "new-experiment", target="pre-production"))
    assert len(flights.issues) == 3
    tell(context, monitored(21, model="fares"))
    assert [issue["state"] for issue in flights.issues] == ["open", "closed", "open"]


def test_a_trigger_that_gave_up_asks_in_the_same_issue(context: Context, flights: Repository) -> None:
    asked = Ref(kind="trigger", name="new-experiment:1", uri="3 retrainings did not bring the measure back")
    given_up = record("trigger", "fail", model="flight-delay", outputs=(asked,))
    tell(context, given_up, monitored(28, "new-experiment"))
    assert len(flights.issues) == 1
    assert "3 retrainings" in flights.issues[0]["title"]


def test_what_others_opened_is_never_touched(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "new-experiment"))
    copied = flights.issues.pop()
    theirs = flights.issue("Copied", copied["body"], "ana")
    flights.issue("Ours, about something else", "text")
    before = dict(theirs)
    tell(context, monitored(21, "new-experiment"), monitored(22))
    assert (theirs, flights.issues[-1]["state"]) == (before, "closed")
    assert len(flights.issues) == 3


def test_values_are_shown_as_text(context: Context, flights: Repository) -> None:
    tell(context, monitored(20, "new-experiment", why=HOSTILE))
    tell(context, monitored(21, "new-experiment", why=HOSTILE))
    for text in (flights.issues[0]["body"], flights.comments[0]["body"]):
        assert "\r" not in text
        assert "\n::error::" not in text
        _only_in_code(text, "<img", "@team", "[/x](", "</details>")
    tell(context, monitored(22))
    assert flights.issues[0]["state"] == "closed", "a value can't say until when it is so"


def _only_in_code(markdown: str, *words: str) -> None:
    """Rendered as GitHub does, the words stand in code only."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown)
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    for word in words:
        assert word in html.replace("&lt;", "<").replace("&gt;", ">")
        assert word not in outside.replace("&lt;", "<").replace("&gt;", ">"), outside


# What goes wrong


@pytest.mark.parametrize(
    ("stored", "permission", "made"),
    [
        (lambda context: delivered(context), "deployments", "deployments"),
        (lambda context: monitored(20, "drift"), "contents", "dispatches"),
        (lambda context: monitored(20, "new-experiment"), "issues", "issues"),
    ],
)
def test_a_token_without_scope_is_one_line(
    github: GitHub,
    context: Context,
    flights: Repository,
    told: list[str],
    stored: Any,
    permission: str,
    made: str,
) -> None:
    github.tokens[next(iter(github.tokens))].may.pop(permission)
    tell(context, stored(context))
    assert len(told) == 1
    assert f"no {made} on GitHub: GITHUB_TOKEN lacks `{permission}: write`" in told[0]
    assert not getattr(flights, made)


def test_one_that_fails_keeps_no_other_from_its_work(
    github: GitHub, context: Context, flights: Repository
) -> None:
    github.fail(Fault(500, path="/dispatches", times=9))
    with pytest.raises(CouldNotTellError, match="answered 500"):
        tell(context_of(context.root, wait_seconds=1.0), monitored(20, "drift", "new-experiment"))
    assert len(flights.issues) == 1


def test_issues_that_are_switched_off_are_said(context: Context, flights: Repository) -> None:
    flights.has_issues = False
    with pytest.raises(CouldNotTellError, match="Issues are disabled"):
        tell(context, monitored(20, "new-experiment"))


def test_a_lost_answer_makes_nothing_twice(github: GitHub, context: Context, flights: Repository) -> None:
    for path in ("/deployments", "/issues", "/comments"):
        github.fail(Fault(method="POST", path=path, lost=True))
    tell(context, delivered(context), monitored(20, "new-experiment"), monitored(21, "new-experiment"))
    assert (len(flights.deployments), len(flights.issues), len(flights.comments)) == (1, 1, 1)


@pytest.mark.parametrize("where", ["context", "record"])
def test_a_pull_request_tells_nobody_anything(
    github: GitHub, tmp_path: Path, flights: Repository, where: str
) -> None:
    context = context_of(tmp_path, zone="pull-request" if where == "context" else "protected")
    more = {"zone": "pull-request"} if where == "record" else {}
    tell(context, delivered(context, **more), monitored(20, "drift", "new-experiment", **more))
    assert not github.log


def test_each_can_be_left_out(github: GitHub, tmp_path: Path, flights: Repository) -> None:
    context = context_of(tmp_path, deployments=False, dispatch=False, issues=False)
    tell(context, delivered(context), monitored(20, "drift", "new-experiment"), monitored(21))
    assert not github.log


def test_without_a_repository_or_a_token_nothing_is_asked(
    github: GitHub, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    tell(context, delivered(context), monitored(20, "drift", "new-experiment"))
    assert not github.log
