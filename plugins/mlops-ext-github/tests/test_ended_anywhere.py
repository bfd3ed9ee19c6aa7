"""A job may end at any request, before or after it is done: the next call leaves what one call would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from github_api import Fault, GitHub, Repository
from github_project import SHA, annotations, context_of, delivered, monitored, review

from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_github import hooks

BEFORE = Fault(500, message="Server Error")
AFTER = Fault(lost=True)


def _post(context: Context) -> None:
    posted = hooks.mlops_post_review(context, review(annotations=annotations(120)))
    assert posted is not None
    if "no check run" in posted.why:
        raise CouldNotTellError(posted.why)


def _deliver(context: Context) -> None:
    hooks.mlops_notify(context, delivered(context))


def _ask(context: Context) -> None:
    for day in (20, 21, 22):
        hooks.mlops_notify(context, monitored(day, "new-experiment"))


def _nothing(context: Context) -> None:
    """All that is there is a pull request."""


def _close(context: Context) -> None:
    hooks.mlops_notify(context, monitored(23))


@pytest.mark.parametrize(
    ("before", "act"), [(_nothing, _post), (_nothing, _deliver), (_nothing, _ask), (_ask, _close)]
)
def test_the_next_call_leaves_what_one_call_would_have(
    github: GitHub,
    tmp_path: Path,
    flights: Repository,
    before: Callable[[Context], None],
    act: Callable[[Context], None],
) -> None:
    before(context_of(tmp_path))
    github.log.clear()
    act(context_of(tmp_path))
    whole, requests = _left(flights), len(github.log)
    assert requests > 3
    for number in range(requests):
        for fault in (BEFORE, AFTER):
            again = github.repositories["acme/flights"] = Repository("acme/flights")
            again.pull(7, head=SHA)
            before(context_of(tmp_path))
            github.faults = [Fault(**{**vars(fault), "after": number})]
            try:
                # With no time to wait, the first trouble ends the call.
                act(context_of(tmp_path, wait_seconds=0.0))
            except CouldNotTellError:
                act(context_of(tmp_path))
            assert _left(again) == whole, f"request {number}, {'after' if fault.lost else 'before'}"


def _left(it: Repository) -> object:
    """What people see, without ids and times."""
    notes = {check["name"]: check["output"]["annotations_count"] for check in it.checks}
    states = [[status["state"] for status in known] for known in it.deployment_statuses.values()]
    issues = [(issue["title"], issue["body"], issue["state"]) for issue in it.issues]
    return ([one["body"] for one in it.comments], len(it.checks), notes, len(it.deployments), states, issues)
