"""What `doctor` is told of the repository on GitHub: protection, reviewers, secrets by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from github_api import GitHub, Repository
from github_project import context_of
from msgspec.structs import replace

from mlops_ext.contract.settings import Settings, TargetSettings
from mlops_ext_github import hooks

CALLER = """jobs:
  deliver:
    uses: mlops-ext/mlops-ext/.github/workflows/deliver.yml@0123
    secrets:
      environment: |
        A=${{ secrets.KEY_A }}
        B=${{ secrets.KEY_B }}
        T=${{ secrets.GITHUB_TOKEN }}
"""
TARGETS = {"test": TargetSettings(), "production": TargetSettings(approval="github")}
BRANCH, SECRETS = "branch is protected", "secrets of the workflows are set"
REVIEWERS = "environment production asks reviewers"


@pytest.fixture
def asked(github: GitHub, flights: Repository, tmp_path: Path) -> Any:
    """Asks, with a token that may see all of it; the answers by their names."""
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/deliver.yml").write_text(CALLER)
    (tmp_path / ".github/workflows/other.yml").write_text("x: ${{ secrets.OTHER }}\n")
    for token in github.tokens.values():
        token.may |= {"secrets": "read", "environments": "read"}
    context = replace_settings(context_of(tmp_path), targets=TARGETS)

    def ask() -> dict[str, Any]:
        return {check.name: check for check in hooks.mlops_check_setup(context).checks}

    return ask


def replace_settings(context: Any, **settings: Any) -> Any:
    from dataclasses import replace as replaced

    return replaced(context, settings=replace(Settings(plugins=("github",)), **settings))


def branch(it: Repository, name: str, protected: bool) -> None:
    commit = {"sha": "a" * 40, "url": "https://example.org"}
    it.branches[name] = {"name": name, "commit": commit, "protected": protected}


def environment(it: Repository, name: str, *rules: str) -> None:
    made = [{"id": 1, "node_id": "x", "type": rule} for rule in rules]
    it.environments[name] = {"id": 1, "name": name, "protection_rules": made}


def test_a_repository_that_is_set_up(asked: Any, flights: Repository) -> None:
    branch(flights, "main", protected=True)
    environment(flights, "production", "wait_timer", "required_reviewers")
    flights.secrets = {"": ["KEY_A"], "production": ["KEY_B"]}
    assert {name: check.status for name, check in asked().items()} == dict.fromkeys(
        ("GitHub answers", BRANCH, REVIEWERS, SECRETS), "pass"
    )


def test_what_is_not_as_the_stages_need_it(asked: Any, flights: Repository) -> None:
    branch(flights, "main", protected=False)
    environment(flights, "production", "wait_timer")
    flights.secrets = {"": ["KEY_A", "OTHER"]}
    found = asked()
    assert {name for name, check in found.items() if check.status == "fail"} == {BRANCH, REVIEWERS, SECRETS}
    assert found[BRANCH].severity == found[SECRETS].severity == "warning"
    assert found[REVIEWERS].strict
    assert found[SECRETS].message.startswith("KEY_B: not among")


def test_an_environment_that_is_not_there(asked: Any, flights: Repository) -> None:
    branch(flights, "main", protected=True)
    assert asked()[REVIEWERS].message.startswith("there is no such environment")


def test_what_the_token_may_not_see_was_not_asked(asked: Any, github: GitHub, flights: Repository) -> None:
    branch(flights, "main", protected=True)
    environment(flights, "production", "required_reviewers")
    for token in github.tokens.values():
        token.may = {"contents": "read", "actions": "read"}
    found = asked()
    assert found[SECRETS].status == "skipped"
    assert "lacks `secrets: read`" in found[SECRETS].message
    assert found[REVIEWERS].status == "pass"
