"""A workflow says its zone, and an event can't be more than it is."""

from __future__ import annotations

import pytest

from mlops_ext.errors import RefusedError, SettingsError
from mlops_ext.zone import require_actor, zone

OWN = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"}
PUSH = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
KEPT = {**PUSH, "GITHUB_REF_PROTECTED": "true"}


@pytest.fixture
def on(monkeypatch):
    """Set an event of GitHub, and what the workflow says."""

    def set_(event, asked):
        for name, value in {"GITHUB_ACTIONS": "true", **event}.items():
            monkeypatch.setenv(name, value)
        if asked:
            monkeypatch.setenv("MLOPS_EXT_ZONE", asked)

    return set_


@pytest.mark.parametrize(
    ("event", "asked", "said"),
    [
        (OWN, "", "pull-request"),
        (OWN, "pull-request", "pull-request"),
        ({**OWN, "GITHUB_REF_PROTECTED": "true"}, "", "pull-request"),
        ({**KEPT, "GITHUB_EVENT_NAME": "pull_request_target"}, "", "pull-request"),
        ({**KEPT, "GITHUB_REF": "refs/pull/7/head"}, "", "pull-request"),
        (PUSH, "", "branch"),
        (PUSH, "branch", "branch"),
        (PUSH, "pull-request", "pull-request"),
        (KEPT, "", "protected"),
        (KEPT, "branch", "branch"),
        ({**KEPT, "GITHUB_EVENT_NAME": "schedule"}, "protected", "protected"),
    ],
)
def test_the_zone_of_an_event(on, event, asked, said):
    on(event, asked)
    assert zone() == said


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        (OWN, "branch"),
        (OWN, "protected"),
        (OWN, "local"),
        (PUSH, "protected"),
        (PUSH, "local"),
        (KEPT, "local"),
        ({**KEPT, "GITHUB_HEAD_REF": "feature"}, "protected"),
        (KEPT, "everything"),
    ],
)
def test_a_zone_that_the_event_does_not_allow_is_refused(on, event, asked):
    on(event, asked)
    with pytest.raises(SettingsError, match=asked):
        zone()


def test_elsewhere_it_is_what_is_said(monkeypatch):
    assert zone() == "local"
    monkeypatch.setenv("MLOPS_EXT_ZONE", "protected")
    assert zone() == "protected"


def test_a_pull_request_acts_on_nothing():
    require_actor("branch", "deliver")
    with pytest.raises(RefusedError, match="a pull request delivers nothing"):
        require_actor("pull-request", "deliver")
