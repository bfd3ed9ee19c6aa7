"""Pull requests, own and from forks: integrate without a secret, and the comment by a second workflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from acting.clean import ROOT, clean_copy
from acting.fixtures import SHIPPED
from acting.runner import Act
from calling import commit, git
from github_api import GitHub, Repository

from mlops_ext.output.answer import read_answer
from workflows.callers import caller, write_callers
from workflows.events import TEAM, ended, pull_request, reached
from workflows.recorder import Recorder

SECRET = "AKIA-a-key-of-this-test-7391"


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """The team's."""
    return github.repositories[TEAM]


@pytest.fixture
def hosted(team: Path, tmp_path: Path) -> Path:
    """The team's clone of a server; `git fetch origin` finds there what a fork proposes."""
    git(tmp_path, "clone", "-q", "--bare", str(team), "origin.git")
    git(team, "remote", "add", "origin", str(tmp_path / "origin.git"))
    return team


@pytest.mark.parametrize("fork", [False, True])
def test_integrate_judges_and_leaves_its_answer(act: Act, team: Path, no_network: None, fork: bool) -> None:
    head = git(team, "rev-parse", "HEAD").strip()
    ran = act("pull_request", caller("integrate"), team, payload=pull_request(head, fork=fork))
    assert ran.results == {"integrate": "success"}, ran.everything
    assert ran.outputs("stage")["verdict"] == "pass"
    (folder,) = ran.artifacts.iterdir()
    assert folder.name == "mlops-ext-integrate"
    answer = read_answer(folder)
    assert (answer.zone, answer.commit, answer.result.verdict) == ("pull-request", head, "pass")
    assert ran.summaries[0].startswith("###")


def test_integrate_without_a_network_and_without_setup_python(
    tmp_path: Path, project: Path, no_network: None
) -> None:
    wheels = ROOT / ".build/wheelhouse"
    write_callers(project, f"wheelhouse: {wheels}", 'python-version: ""', install="wheelhouse")
    head = commit(project)
    act = Act(tmp_path / "acting", clean_copy(tmp_path / "whole", *SHIPPED))
    ran = act("pull_request", caller("integrate"), project, payload=pull_request(head))
    assert ran.results == {"integrate": "success"}, ran.everything
    assert ran.outputs("stage")["verdict"] == "pass"
    assert "integrate/1" not in ran.steps


def test_integrate_says_no(act: Act, team: Path, no_network: None) -> None:
    (team / "tests").mkdir()
    (team / "tests/test_team.py").write_text("def test_it():\n    assert 1 == 2\n")
    head = commit(team)
    ran = act("pull_request", caller("integrate"), team, payload=pull_request(head))
    assert ran.results == {"integrate": "failure"}
    assert read_answer(ran.artifacts / "mlops-ext-integrate").result.verdict == "fail"


def test_integrate_has_no_secret_and_can_not_be_of_another_zone(
    act: Act, team: Path, recorder: Recorder
) -> None:
    (team / "mlops-ext.toml").write_text("plugins = []\n[targets.x]\n")
    head = commit(team)
    ran = act(
        "pull_request", caller("integrate"), team, f"-s=MLOPS_EXT_ENVIRONMENT=AWS_SECRET_ACCESS_KEY={SECRET}",
        payload=pull_request(head), env=recorder.env,
    )  # fmt: skip
    assert ran.results == {"integrate": "success"}, ran.everything
    (call,) = recorder.calls
    assert call.words[0] == "integrate"
    assert call.env["MLOPS_EXT_ZONE"] == "pull-request"
    assert SECRET not in "".join(call.env.values()) + ran.everything


def test_the_comment_is_about_what_the_event_says(
    act: Act, hosted: Path, github: GitHub, repository: Repository, recorder: Recorder, tmp_path: Path
) -> None:
    head = git(hosted, "rev-parse", "HEAD").strip()
    repository.pull(6, head="1" * 40)
    repository.pull(7, head=head)
    left = tmp_path / "artifacts/mlops-ext-integrate"
    left.mkdir(parents=True)
    (left / "answer.json").write_text('{"change": 99}')
    ran = act(
        "workflow_run", caller("comment"), hosted, *reached(github),
        payload=ended(head), env=recorder.env, artifacts=left.parent,
    )  # fmt: skip
    assert ran.results == {"comment": "success"}, ran.everything
    (call,) = recorder.calls
    assert {"--change=7", f"--commit={head}", "--conclusion=success"} < set(call.words)
    assert "--report=https://github.com/acme/flights/actions/runs/55" in call.words
    (folder,) = [word.removeprefix("--answer=") for word in call.words if word.startswith("--answer=")]
    assert (Path(folder) / "answer.json").parent.name == "mlops-ext-answer"
    assert call.env["GITHUB_TOKEN"] == "comments"
    assert github.unlike == []


@pytest.mark.parametrize("enterprise", [False, True])
def test_a_fork_is_found_and_its_commits_are_brought_without_a_checkout(
    act: Act,
    hosted: Path,
    github: GitHub,
    repository: Repository,
    recorder: Recorder,
    tmp_path: Path,
    enterprise: bool,
) -> None:
    head = proposed(hosted, tmp_path)
    repository.pull(7, head=head, fork=True)
    recorder.tell(comment={"outputs": {"how": "created"}})
    ran = act(
        "workflow_run", caller("comment"), hosted, *reached(github, enterprise=enterprise),
        payload=ended(head, fork=True), env=recorder.env, artifacts=tmp_path,
    )  # fmt: skip
    assert ran.results == {"comment": "success"}, ran.everything
    (call,) = recorder.calls
    assert "--change=7" in call.words
    workspace = Path(call.env["GITHUB_WORKSPACE"])
    assert not (workspace / "of-the-fork").exists()
    assert call.fetched == head


def test_a_branch_is_a_name_and_nothing_else(
    act: Act, hosted: Path, github: GitHub, repository: Repository, recorder: Recorder
) -> None:
    head = git(hosted, "rev-parse", "HEAD").strip()
    name = 'a";touch${IFS}pwned;`touch${IFS}pwned`$(touch${IFS}pwned)&state=closed'
    repository.pull(7, head=head, branch=name)
    payload = ended(head, head_branch=name)
    ran = act("workflow_run", caller("comment"), hosted, *reached(github), payload=payload, env=recorder.env)
    assert ran.results == {"comment": "success"}, ran.everything
    (asked,) = github.asked("GET", "/pulls")
    assert (asked.query["head"], asked.query["state"]) == (f"acme:{name}", "open")
    assert len(recorder.calls) == 1
    assert not [*hosted.parent.rglob("pwned")]


def proposed(root: Path, folder: Path) -> str:
    """A commit that only `refs/pull/7/head` of the server holds."""
    git(folder, "clone", "-q", str(folder / "origin.git"), "fork")
    (folder / "fork/of-the-fork").write_text("echo pwned\n")
    head = commit(folder / "fork")
    git(folder / "fork", "push", "-q", "origin", "HEAD:refs/pull/7/head")
    return head


@pytest.mark.parametrize("why", ["moved on", "closed", "another repository", "no permission", "no artifact"])
def test_a_comment_that_can_not_be_made_is_a_notice(
    act: Act, hosted: Path, github: GitHub, repository: Repository, recorder: Recorder, why: str
) -> None:
    head = git(hosted, "rev-parse", "HEAD").strip()
    made = repository.pull(7, head="2" * 40 if why == "moved on" else head)
    if why == "closed":
        made["state"] = "closed"
    repository.private = why == "no permission"
    github.token("nothing")
    ran = act(
        "workflow_run", caller("comment"), hosted,
        *reached(github, "nothing" if why == "no permission" else "comments"),
        payload=ended(head, fork=why == "another repository"), env=recorder.env,
    )  # fmt: skip
    assert ran.results == {"comment": "success"}, ran.everything
    # An answer that is missing is the command's to tell of; the rest is no matter of a comment.
    assert [call.words[0] for call in recorder.calls] == (["comment"] if why == "no artifact" else [])
    notices = [text for _, text in ran.annotations("notice")]
    if why == "no permission":
        assert "permissions: {pull-requests: write}" in notices[0]
    elif why != "no artifact":
        assert "nothing to say" in notices[0]


def test_a_run_of_a_push_is_no_pull_request(act: Act, hosted: Path, github: GitHub) -> None:
    ran = act(
        "workflow_run", caller("comment"), hosted, *reached(github), payload=ended("1" * 40, event="push")
    )
    assert ran.results in ({}, {"comment": "skipped"}), ran.everything
    assert github.log == []
