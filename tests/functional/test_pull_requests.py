"""What a pull request may do: ask. It opens no gate, and says first where it would loosen one."""

from __future__ import annotations

import json
import shutil

import pytest

BRANCH = {
    "GITHUB_ACTIONS": "true",
    "RUNNER_ENVIRONMENT": "self-hosted",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/heads/main",
}
PULL = {**BRANCH, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"}
PROTECTED = {**BRANCH, "GITHUB_REF_PROTECTED": "true"}


@pytest.fixture
def loose(tiny):
    """A pull request that drops an approval, widens a margin and deletes a suite."""
    tiny.edit("mlops-ext.toml", 'approval = "local"', 'approval = "github"')
    tiny.commit("approved on GitHub")
    tiny.git("push", "-q")
    tiny.git("switch", "-q", "-c", "loose")
    tiny.edit("mlops-ext.toml", 'approval = "github"', "approval = false")
    tiny.edit("mlops-ext.toml", "margin = 0.2", "margin = 0.9")
    tiny.git("rm", "-q", "gx/expectations/visits.json")
    tiny.commit("loose")
    return tiny


def test_a_pull_request_that_loosens_gates_says_so_and_delivers_nothing(loose, tmp_path):
    done = loose.call("integrate", "--save", str(tmp_path / "said"), code=2, **PULL)
    answer = json.loads((tmp_path / "said" / "answer.json").read_text())
    assert answer["zone"] == "pull-request"
    assert answer["loosened"] == [
        "models.purchase.release.margin 0.2 to 0.9",
        "targets.production.approval github to false",
        "gx/expectations/visits.json deleted",
    ]
    assert "this change loosens a gate" in done.stdout
    # The suite of the base's settings is asked for, so its file can't be taken away unseen.
    assert "the suite `visits` is not there" in done.stdout
    for words in (["deliver", "production"], ["approve", "production"], ["trigger", "--demand", "x"]):
        refused = loose.call(*words, code=1, **PULL)
        assert "a pull request delivers nothing" in refused.stderr
    assert not (loose.home / "production").exists()


def test_once_it_is_on_a_branch_the_gates_are_still_those_of_the_base(loose):
    """The same commit pushed: approval and count are asked as the protected branch has them."""
    loose.git("revert", "--no-edit", "HEAD")
    loose.edit("mlops-ext.toml", 'approval = "github"', "approval = false")
    loose.edit("mlops-ext.toml", 'after = { target = "pre-production", runs = 1 }', "")
    loose.commit("only settings")
    loose.call("integrate", **BRANCH)
    refused = loose.call("deliver", "production", code=1, **BRANCH)
    assert "nobody approved" in refused.stdout
    assert "0 of 1 runs of this package" in refused.stdout


def test_a_record_of_a_pull_request_opens_no_gate(tiny):
    tiny.git("switch", "-q", "-c", "change")
    tiny.commit("change")
    tiny.call("integrate", **PULL)
    refused = tiny.call("deliver", "test", code=1, **BRANCH)
    assert "has no passed integrate" in refused.stderr


def test_the_first_pull_request_brings_the_settings(tiny, tmp_path):
    """Neighbour: a base without settings has no gates, and a change that brings them is no loosening."""
    settings = (tiny.root / "mlops-ext.toml").read_text()
    shutil.move(tiny.root / "mlops-ext.toml", tmp_path / "kept.toml")
    tiny.commit("before")
    tiny.git("push", "-q")
    tiny.git("switch", "-q", "-c", "first")
    tiny.write({"mlops-ext.toml": settings})
    tiny.commit("first")
    tiny.call("integrate", "--only", "settings", "--save", str(tmp_path / "said"), **PULL)
    assert json.loads((tmp_path / "said" / "answer.json").read_text())["loosened"] == []
