"""An answer all the way to its pull request: the command, the plugin, and GitHub's API as it is published."""

from __future__ import annotations

import pytest
from calling import call, commit, git
from github_api import GitHub

TOKEN = "ghs_a-long-and-odd-token-4711"


@pytest.fixture
def github():
    with GitHub() as github:
        yield github
    assert not github.unlike


@pytest.fixture
def clone(tmp_path):
    """A change and the clone of the job that comments on it; what it says, and its head."""
    origin, trusted, answer = tmp_path / "origin", tmp_path / "trusted", tmp_path / "answer"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / "mlops-ext.toml").write_text(
        'name = "flights"\nplugins = ["github"]\n[models.m.release]\nmargin = 0.1\n'
    )
    commit(origin)
    git(origin, "switch", "-q", "-c", "change")

    def push(margin: str) -> str:
        text = (origin / "mlops-ext.toml").read_text()
        (origin / "mlops-ext.toml").write_text(f"{text.rpartition('=')[0]}= {margin}\n")
        head = commit(origin)
        call(origin, "integrate", "--save", str(answer), code=None)
        git(origin, "switch", "-q", "main")
        if not trusted.exists():
            git(tmp_path, "clone", "-q", origin.as_uri(), "trusted")
        git(origin, "switch", "-q", "change")
        return head

    def comment(head: str, **env: str):
        words = ("--answer", str(answer), "--change", "7", "--commit", head, "--format", "github")
        return call(trusted, "comment", *words, **env)

    return push, comment


def test_each_push_edits_the_one_comment_that_says_first_what_opens_a_gate(clone, github):
    push, comment = clone
    repository = github.repository("acme/flights")
    environ = github.environ(
        "acme/flights", github.token(TOKEN, {"pull_requests": "write", "checks": "write"})
    )
    repository.pull(7, head=(first := push("0.5")))
    assert "comment created: " in comment(first, **environ).stdout
    repository.pulls[0]["head"]["sha"] = second = push("0.05")
    assert "comment updated: " in comment(second, **environ).stdout
    (shown,) = repository.comments
    assert shown["body"].startswith("<!-- mlops-ext:integrate flights -->\n### ✅ integrate passed\n")
    assert f"commit `{second[:7]}`" in shown["body"]


def test_f60_a_token_that_may_only_read_is_one_notice_and_no_red_job(clone, github, tmp_path):
    push, comment = clone
    repository, head = github.repository("acme/flights"), push("0.5")
    repository.pull(7, head=head)
    environ = github.environ("acme/flights", github.token(TOKEN, {"pull_requests": "read"}))
    summary = tmp_path / "summary.md"
    done = comment(head, GITHUB_STEP_SUMMARY=str(summary), **environ)
    assert done.stdout.count("::notice::") == 1
    assert "pull-requests: write" in done.stdout
    assert "**This change loosens a gate:** `models.m.release.margin 0.1 to 0.5`" in summary.read_text()
    assert repository.comments == []
    assert TOKEN not in done.stdout + done.stderr + summary.read_text()
