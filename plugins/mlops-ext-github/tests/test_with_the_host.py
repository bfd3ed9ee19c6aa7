"""The plugin as the host asks it: found by its entry point, by the settings of a project, by its role."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from calling import call, commit, git
from github_api import Fault, GitHub, Repository
from github_project import monitored, review

from mlops_ext.contract.review import Approval
from mlops_ext.session import Options, Session
from mlops_ext.settings.find import find_settings
from mlops_ext.stages.notify import notify
from mlops_ext.stages.work import outcome_of


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose settings name the plugin."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "mlops-ext.toml").write_text(
        'name = "flights"\nplugins = ["github"]\n[github]\nwait_seconds = 1.0\n'
    )
    git(root, "init", "-q")
    git(root, "config", "user.email", "test@example.org")
    git(root, "config", "user.name", "Test")
    commit(root)
    return root


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def session(project: Path, told: list[str]) -> Session:
    return Session(find_settings(project), Options(project=project, tell=told.append))


def test_a_review_is_posted_by_the_role(session: Session, flights: Repository) -> None:
    posted = session.dispatcher.ask_role("mlops_post_review", context=session.context, review=review())
    assert (posted.how, len(flights.comments), len(flights.checks)) == ("created", 1, 1)


def test_an_approval_is_found_by_the_role(session: Session, github: GitHub, flights: Repository) -> None:
    flights.approve(55, "production", "ana")
    found = session.dispatcher.ask_role("mlops_find_approval", context=session.context, target="production")
    assert found == Approval(who="ana", uri=f"{github.url}/acme/flights/actions/runs/55")


def test_a_new_record_is_told_and_what_goes_wrong_is_a_note(
    session: Session, github: GitHub, flights: Repository, told: list[str]
) -> None:
    outcome = outcome_of(monitored(20, "drift"))
    assert notify(session, outcome).notes == ()
    assert len(flights.dispatches) == 1
    github.fail(Fault(500, path="/dispatches", times=9))
    noted = notify(session, outcome)
    assert (noted.verdict, len(noted.notes)) == (outcome.verdict, 1)
    assert "GitHub answered 500" in noted.notes[0]
    github.faults.clear()
    github.tokens[next(iter(github.tokens))].may.clear()
    assert notify(session, outcome).notes == ()
    assert ["`contents: write`" in line for line in told] == [True]


def test_doctor_asks_whether_github_answers(project: Path, github: GitHub, flights: Repository) -> None:
    main = {"name": "main", "commit": {"sha": "a" * 40, "url": "https://example.org"}, "protected": True}
    flights.branches["main"] = main
    good = call(project, "doctor", "--verbose", code=0).stdout
    assert f"acme/flights at {github.url}" in good
    bad = call(project, "doctor", code=None, GITHUB_TOKEN="other").stdout
    assert "GitHub does not know the token" in bad
    nowhere = call(project, "doctor", "--verbose", code=None, GITHUB_TOKEN="").stdout
    assert "nothing is shown on GitHub" in nowhere
    assert os.environ["GITHUB_TOKEN"] not in good + bad + nowhere
