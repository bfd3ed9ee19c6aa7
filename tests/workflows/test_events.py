"""What each event makes the callers of the guide ask, in which zone, with whose secrets; and what follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acting.runner import Act
from calling import commit, git

from workflows.callers import caller
from workflows.recorder import Recorder

SECRET = "AKIA-a-key-of-this-test-7391"
GIVEN = f"-s=MLOPS_EXT_ENVIRONMENT=AWS_SECRET_ACCESS_KEY={SECRET}"
HOSTILE = 'x"; touch pwned; echo "$(touch pwned)`touch pwned` --dry-run'
REPOSITORY = {"full_name": "acme/flights", "default_branch": "main"}
DISPATCH = {"project": "flights", "model": "delay", "trigger": "drift", "why": "dep_delay moved"}


def dispatched(kind: str, **payload: Any) -> dict[str, Any]:
    return {"action": kind, "client_payload": payload, "repository": REPOSITORY}


def asked_by_hand(**inputs: str) -> dict[str, Any]:
    return {"inputs": inputs, "repository": REPOSITORY}


PUSHED = {"repository": REPOSITORY}
LATE = {"schedule": "17 4 * * *", "repository": REPOSITORY}
NEW = {"outputs": {"record": "ab12", "package": "sha256:cd34", "verdict": "pass"}}
TRAINED = {"outputs": {"record": "ef56", "model-version": "delay/2"}}
CASES = {
    "a push to a branch": ("push", "deliver", "change", PUSHED, ["integrate", "deliver test"]),
    "a push to the default branch": (
        "push", "deliver", "main", PUSHED, ["integrate", "deliver pre-production"],
    ),
    "production by hand": (
        "workflow_dispatch", "deliver", "main", asked_by_hand(target="production"),
        ["integrate", "approve production", "deliver production"],
    ),
    "a schedule": ("schedule", "trigger", "main", LATE, ["trigger"]),
    "a demand": (
        "workflow_dispatch", "trigger", "main", asked_by_hand(demand=HOSTILE),
        [f"trigger --demand={HOSTILE}"],
    ),
    "monitor's dispatch": (
        "repository_dispatch", "trigger", "main", dispatched("mlops-ext-trigger", **DISPATCH), ["trigger"],
    ),
    "another's dispatch": (
        "repository_dispatch", "trigger", "main", dispatched("retrain", why=HOSTILE),
        [f"trigger --demand={HOSTILE}"],
    ),
    "another's dispatch without a word": (
        "repository_dispatch", "trigger", "main", dispatched("retrain"), ["trigger --demand=retrain"],
    ),
    "a window of monitor's": ("schedule", "monitor", "main", LATE, ["monitor"]),
    "an experiment": (
        "workflow_dispatch", "develop", "change", asked_by_hand(set=f"train.leaves=7\nname={HOSTILE}"),
        [f"develop --set=train.leaves=7 --set=name={HOSTILE}"],
    ),
}  # fmt: skip


def on(root: Path, branch: str) -> None:
    """A commit of its own: act finds the branch by the commit."""
    git(root, "checkout", "-q", "-B", branch)
    commit(root)


@pytest.mark.parametrize("case", CASES)
def test_an_event_asks(act: Act, team: Path, recorder: Recorder, case: str) -> None:
    event, stage, branch, payload, wanted = CASES[case]
    on(team, branch)
    ran = act(event, caller(stage), team, GIVEN, payload=payload, env=recorder.env)
    assert "failure" not in ran.results.values(), ran.everything
    assert [" ".join(call.command) for call in recorder.calls] == wanted, ran.everything
    assert {call.env["MLOPS_EXT_ZONE"] for call in recorder.calls} == {"branch"}
    assert {call.env["AWS_SECRET_ACCESS_KEY"] for call in recorder.calls} == {SECRET}
    assert "INPUT_ENVIRONMENT" not in recorder.calls[0].env
    assert SECRET not in ran.log + "".join(ran.summaries)
    assert not [*team.parent.rglob("pwned")]


def test_a_pull_request_is_of_its_zone_whatever_it_calls(act: Act, team: Path, recorder: Recorder) -> None:
    file = team / caller("deliver")
    file.write_text(file.read_text().replace("  push:\n", "  pull_request:\n"))
    act("pull_request", caller("deliver"), team, payload={"number": 7, **PUSHED}, env=recorder.env)
    assert {call.env["MLOPS_EXT_ZONE"] for call in recorder.calls} == {"pull-request"}


def test_what_is_trained_is_judged_and_served_by_two_jobs(act: Act, team: Path, recorder: Recorder) -> None:
    recorder.tell(trigger=TRAINED)
    ran = act("schedule", caller("trigger"), team, payload=LATE, env=recorder.env)
    assert set(ran.results.values()) == {"success"}
    assert [" ".join(call.command) for call in recorder.calls] == ["trigger", "release --judge", "release"]


def test_what_the_gates_refuse_is_not_served(act: Act, team: Path, recorder: Recorder) -> None:
    recorder.tell(trigger=TRAINED, release={"code": 1})
    ran = act("schedule", caller("trigger"), team, payload=LATE, env=recorder.env)
    assert (ran.results["gates"], ran.results.get("serve", "skipped")) == ("failure", "skipped")
    assert [" ".join(call.command) for call in recorder.calls] == ["trigger", "release --judge"]


LOOP = {
    "a branch": ("push", "change", PUSHED, {"deliver": NEW}, ["integrate", "deliver test"]),
    "something new": (
        "push", "main", PUSHED, {"integrate": NEW, "deliver": NEW, "trigger": TRAINED},
        ["integrate", "deliver pre-production", "trigger --target=pre-production --demand=trial 1 of ",
         "integrate", "approve production", "deliver production",
         "trigger --target=production --demand=sha256:cd34 was delivered",
         "release --target=production --judge", "release --target=production"],
    ),
    "nothing new": ("push", "main", PUSHED, {}, ["integrate", "deliver pre-production"]),
    "all is well": (
        "schedule", "main", LATE, {}, ["monitor --target=production", "trigger --target=production"],
    ),
    "drift": ("schedule", "main", LATE, {"monitor": {"code": 1}}, ["monitor --target=production"]),
    "monitor's dispatch": (
        "repository_dispatch", "main", dispatched("mlops-ext-trigger", **DISPATCH), {"trigger": TRAINED},
        ["trigger --target=production", "release --target=production --judge", "release --target=production"],
    ),
    "a demand": (
        "workflow_dispatch", "main", asked_by_hand(demand="the new feed"), {},
        ["trigger --target=production --demand=the new feed"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOOP)
def test_the_loop(act: Act, team: Path, recorder: Recorder, case: str) -> None:
    event, branch, payload, told, wanted = LOOP[case]
    on(team, branch)
    recorder.tell(**told)
    ran = act(event, caller("loop"), team, payload=payload, env=recorder.env)
    found = [" ".join(call.command) for call in recorder.calls]
    head = git(team, "rev-parse", "HEAD").strip()
    assert [words.replace(head, "") for words in found] == wanted, ran.everything
    assert ("failure" in ran.results.values()) == (case == "drift")
