"""Who approved is what GitHub says of this run and this environment, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from github_api import Fault, GitHub, Repository
from github_project import SHA, context_of

from mlops_ext.contract.review import Approval
from mlops_ext.errors import CouldNotTellError
from mlops_ext_github import hooks


def test_the_last_approval_of_the_environment_counts(
    github: GitHub, tmp_path: Path, flights: Repository
) -> None:
    flights.approve(55, "production", "ana")
    flights.approve(55, "Production", "ben", comment="@team | `x`")
    flights.approve(55, "test", "eve")
    found = hooks.mlops_find_approval(context_of(tmp_path), "production")
    assert found == Approval(who="ben", uri=f"{github.url}/acme/flights/actions/runs/55")


@pytest.mark.parametrize(
    ("run", "environment", "state"),
    [(55, "production", "rejected"), (55, "pre-production", "approved"), (56, "production", "approved")],
)
def test_what_is_no_approval_of_this_is_none(
    tmp_path: Path, flights: Repository, run: int, environment: str, state: str
) -> None:
    flights.run(56, head=SHA)
    flights.approve(run, environment, "ana", state)
    assert hooks.mlops_find_approval(context_of(tmp_path), "production") is None


def test_where_nobody_was_asked_it_is_none(
    github: GitHub, tmp_path: Path, flights: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hooks.mlops_find_approval(context_of(tmp_path), "production") is None
    for name in ("GITHUB_RUN_ID", "GITHUB_TOKEN", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name)
        github.log.clear()
        assert hooks.mlops_find_approval(context_of(tmp_path), "production") is None
        assert not github.log


@pytest.mark.parametrize(
    "fault", [Fault(500, times=9), Fault(404, message="Not Found"), Fault(lost=True, times=9)]
)
def test_an_answer_that_does_not_come_is_no_approval(
    github: GitHub, tmp_path: Path, flights: Repository, fault: Fault
) -> None:
    flights.approve(55, "production", "ana")
    github.fail(Fault(**vars(fault)))
    with pytest.raises(CouldNotTellError):
        hooks.mlops_find_approval(context_of(tmp_path, wait_seconds=1.0), "production")


def test_a_token_without_scope_says_which(github: GitHub, tmp_path: Path, flights: Repository) -> None:
    flights.approve(55, "production", "ana")
    del github.tokens[next(iter(github.tokens))].may["actions"]
    with pytest.raises(CouldNotTellError, match="lacks `actions: read`"):
        hooks.mlops_find_approval(context_of(tmp_path), "production")
