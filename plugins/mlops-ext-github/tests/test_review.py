"""One comment and one check run: found again, edited in place, never anybody else's, never twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from github_api import Fault, GitHub, Repository
from github_project import MARKER, SHA, annotations, context_of, review

from mlops_ext.contract.context import Context
from mlops_ext.contract.review import Annotation, Posted
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_github import hooks
from mlops_ext_github.words import LONGEST


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return context_of(tmp_path)


def post(context: Context, *words: str, **more: object) -> Posted:
    posted = hooks.mlops_post_review(context, review(*words, **more))
    assert posted is not None
    return posted


def test_the_comment_is_made_once_and_edited_in_place(context: Context, flights: Repository) -> None:
    first = post(context, "one")
    assert (first.how, first.why) == ("created", "")
    assert [post(context, "two").how, post(context, "two").how] == ["updated", "unchanged"]
    assert [comment["body"] for comment in flights.comments] == [f"{MARKER}\ntwo\n"]
    assert flights.comments[0]["html_url"] == first.uri


def test_each_stage_and_project_has_a_comment_of_its_own(context: Context, flights: Repository) -> None:
    other = "<!-- mlops-ext:integrate boats -->"
    post(context)
    post(context, "boats", marker=other)
    post(context, "again")
    assert [c["body"] for c in flights.comments] == [f"{MARKER}\nagain\n", f"{other}\nboats\n"]


def test_what_others_wrote_is_never_touched(context: Context, flights: Repository) -> None:
    """A reviewer quotes us, another bot copies us, and somebody writes our marker."""
    for login in ("ana", "other-app[bot]", "github-actions"):
        flights.comment(7, f"{MARKER}\nmine", login)
    flights.comment(7, f"text\n{MARKER}\nours, but quoted")
    flights.pull(8, head=SHA)
    flights.comment(8, f"{MARKER}\nof another pull request")
    before = [dict(comment) for comment in flights.comments]
    assert [post(context).how, post(context, "two").how] == ["created", "updated"]
    assert flights.comments[:-1] == before


@pytest.mark.parametrize(("login", "app"), [("our-app[bot]", True), ("ana", False)])
def test_the_author_is_whoever_the_token_is(
    github: GitHub, context: Context, flights: Repository, login: str, app: bool
) -> None:
    github.tokens[next(iter(github.tokens))].login = login
    github.tokens[next(iter(github.tokens))].app = app
    flights.comment(7, f"{MARKER}\nby GITHUB_TOKEN")
    assert [post(context).how, post(context, "two").how] == ["created", "updated"]
    assert [c["user"]["login"] for c in flights.comments] == ["github-actions[bot]", login]


def test_where_nobody_says_who_the_token_is_it_is_the_bot_of_actions(
    github: GitHub, context: Context, flights: Repository
) -> None:
    github.fail(Fault(404, path="/graphql", message="Not Found", times=9))
    assert [post(context).how, post(context, "two").how] == ["created", "updated"]


def test_it_is_found_behind_many_pages(github: GitHub, context: Context, flights: Repository) -> None:
    for number in range(250):
        flights.comment(7, f"{number}", "ana")
    post(context)
    for number in range(250):
        flights.comment(7, f"{number}", "ana")
    assert post(context, "two").how == "updated"
    assert len([c for c in flights.comments if c["body"].startswith(MARKER)]) == 1


def test_of_two_that_two_jobs_made_one_stays(context: Context, flights: Repository) -> None:
    flights.comment(7, f"{MARKER}\none")
    flights.comment(7, "a word", "ana")
    flights.comment(7, f"{MARKER}\ntwo")
    assert post(context, "three").how == "updated"
    assert [c["body"] for c in flights.comments] == [f"{MARKER}\nthree\n", "a word"]


def test_of_jobs_that_post_at_once_one_comment_stays(
    github: GitHub, context: Context, flights: Repository
) -> None:
    """All look before any of them makes one: answers to the first look wait for each other."""
    jobs = 4
    github.fail(Fault(method="GET", path="/comments", meet=Barrier(jobs), times=jobs))
    with ThreadPoolExecutor(jobs) as pool:
        hows = list(pool.map(lambda number: post(context, f"by {number}").how, range(jobs)))
    assert len(flights.comments) == 1
    assert len(github.asked("POST", "/comments")) == jobs
    assert set(hows) <= {"created", "updated"}


def test_a_body_that_is_too_long_is_cut_for_create_and_for_update(
    github: GitHub, context: Context, flights: Repository
) -> None:
    rows = "\n".join(f"| column {number} | {'x' * 100} |" for number in range(900))
    long = f"<details>\n\n```text\n{rows}\n```\n</details>"
    assert post(context, f"**failed**\n{long}").how == "created"
    assert post(context, f"**still failed**\n{long}").how == "updated"
    body = flights.comments[0]["body"]
    assert len(body) <= LONGEST
    assert body.startswith(f"{MARKER}\n**still failed**")
    assert body.rstrip().endswith("GitHub takes no more)")
    assert (body.count("```"), body.count("</details>")) == (2, 1)
    assert not [request for request in github.log if request.status == 422]


def test_a_body_without_its_marker_gets_it(context: Context, flights: Repository) -> None:
    post(context, body="no marker")
    assert post(context, body="no marker, edited").how == "updated"
    assert flights.comments[0]["body"].startswith(MARKER)


def test_a_comment_of_an_older_commit_stays_away(context: Context, flights: Repository) -> None:
    flights.pulls[0]["head"]["sha"] = "c" * 40
    posted = post(context)
    assert (posted.how, posted.why) == ("skipped", "the pull request has moved on to cccccccccccc")
    assert not flights.comments
    assert [check["head_sha"] for check in flights.checks] == [SHA]


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [
        ("pass", "success"),
        ("fail", "failure"),
        ("error", "failure"),
        ("misconfigured", "failure"),
        ("odd", "failure"),
    ],
)
def test_the_check_run_is_closed_unless_the_answer_is_yes(
    context: Context, flights: Repository, verdict: str, conclusion: str
) -> None:
    post(context, verdict=verdict)
    check = flights.checks[0]
    assert (check["name"], check["status"]) == ("mlops-ext:integrate flights", "completed")
    assert (check["conclusion"], check["output"]["summary"]) == (conclusion, "41 checks passed")


def test_annotations_stand_on_their_lines(github: GitHub, context: Context, flights: Repository) -> None:
    notice = Annotation(
        path="params.yaml", line=3, level="notice", message="learning_rate is 5", title="t" * 400
    )
    nowhere = Annotation(path="", line=0, level="failure", message="of no line")
    post(context, annotations=(notice, nowhere, *annotations(120), notice))
    kept = flights.annotations[str(flights.checks[0]["id"])]
    assert [one["message"] for one in kept] == [*(f"no {n}" for n in range(1, 121)), "learning_rate is 5"]
    assert (kept[-1]["path"], kept[-1]["start_line"], len(kept[-1]["title"])) == ("params.yaml", 3, 250)
    sent = [len(r.body["output"]["annotations"]) for r in github.asked(path="check-runs") if r.body]
    assert sent == [50, 50, 21]


def test_the_same_answer_makes_no_second_check_run(context: Context, flights: Repository) -> None:
    for _ in range(2):
        post(context, annotations=annotations(60))
    assert len(flights.checks) == 1
    assert flights.checks[0]["output"]["annotations_count"] == 60
    post(context, summary="another answer")
    assert len(flights.checks) == 2


def test_a_lost_answer_is_looked_for_and_nothing_is_made_twice(
    github: GitHub, context: Context, flights: Repository
) -> None:
    for path, method in (("/comments", "POST"), ("check-runs", "POST"), ("check-runs", "PATCH")):
        github.fail(Fault(method=method, path=path, lost=True))
    assert post(context, annotations=annotations(130)).how == "created"
    assert len(flights.comments) == len(flights.checks) == 1
    assert len(flights.annotations[str(flights.checks[0]["id"])]) == 130


@pytest.mark.parametrize(
    "fault",
    [
        Fault.secondary_limit(1, path="/comments"),
        Fault.secondary_limit(1, method="POST"),
        Fault.primary_limit(int(time.time()), path="/issues"),
        Fault.primary_limit(int(time.time()), status=429, method="POST"),
        Fault(429, message="Too Many Requests", headers={"retry-after": "1"}, method="POST"),
        Fault(502, message="Bad Gateway", path="/comments"),
        Fault(200, body={"portal": "log in"}, path="/comments"),
        Fault(200, body="<html>log in</html>", method="POST"),
        Fault(503, message="Unavailable", method="POST"),
    ],
    ids=lambda fault: f"{fault.status} {fault.method}{fault.path}{fault.body or ''}",
)
def test_it_waits_as_long_as_it_is_asked_to(
    github: GitHub, context: Context, flights: Repository, fault: Fault
) -> None:
    github.fail(Fault(**vars(fault)))
    assert post(context).how == "created"
    assert (len(flights.comments), len(flights.checks)) == (1, 1)


def test_who_the_token_is_is_asked_until_it_is_said(
    github: GitHub, tmp_path: Path, flights: Repository
) -> None:
    """GraphQL refuses with status 200; to guess then would leave a second comment."""
    limit = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation"}]}
    github.fail(Fault(200, path="/graphql", body=limit, headers={"retry-after": "1"}))
    github.tokens[next(iter(github.tokens))].login = "our-app[bot]"
    assert [post(context_of(tmp_path)).how, post(context_of(tmp_path), "two").how] == ["created", "updated"]


def test_it_does_not_wait_for_ever(github: GitHub, tmp_path: Path, flights: Repository) -> None:
    github.fail(Fault.secondary_limit(3600, method="POST", times=9))
    started = time.monotonic()
    with pytest.raises(CouldNotTellError, match="asks to wait 3,600 s"):
        post(context_of(tmp_path, wait_seconds=2.0))
    assert time.monotonic() - started < 10


def test_a_github_that_does_not_answer_is_could_not_tell(
    tmp_path: Path, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    with pytest.raises(CouldNotTellError, match="did not answer"):
        post(context_of(tmp_path, wait_seconds=1.0))


@pytest.mark.parametrize("private", [True, False])
def test_a_token_without_scope_says_which_and_is_skipped(
    github: GitHub, context: Context, flights: Repository, private: bool
) -> None:
    flights.private = private
    github.tokens[next(iter(github.tokens))].may = {"contents": "read"}
    posted = post(context)
    assert (posted.how, posted.uri) == ("skipped", "")
    assert "lacks `pull-requests: write`" in posted.why
    assert "no check run: GITHUB_TOKEN lacks `checks: write`" in posted.why
    assert "\n" not in posted.why
    assert not flights.comments + flights.checks


def test_a_classic_token_without_scope_is_skipped_too(
    github: GitHub, context: Context, flights: Repository
) -> None:
    """GitHub shows it that there is no such thing, which a pull request that is not there has as well."""
    headers = {"x-oauth-scopes": "read:org, gist", "x-accepted-oauth-scopes": "repo, public_repo"}
    github.fail(Fault(404, message="Not Found", method="POST", path="/comments", headers=headers))
    posted = post(context)
    assert (posted.how, "`pull-requests: write`" in posted.why) == ("skipped", True)
    headers["x-oauth-scopes"] = "repo"
    github.fail(Fault(404, message="Not Found", method="POST", path="/comments", headers=headers))
    with pytest.raises(CouldNotTellError, match="no such thing"):
        post(context)


def test_an_archived_repository_is_skipped(github: GitHub, context: Context, flights: Repository) -> None:
    said = "Repository was archived so is read-only."
    github.fail(Fault(403, message=said, method="POST", times=9))
    posted = post(context)
    assert posted.how == "skipped"
    assert posted.why == f"GitHub refuses: {said}; no check run: GitHub refuses: {said}"


def test_each_is_shown_where_the_other_may_not_be(
    github: GitHub, context: Context, flights: Repository
) -> None:
    may = github.tokens[next(iter(github.tokens))].may
    del may["checks"]
    posted = post(context)
    assert (posted.how, "`checks: write`" in posted.why) == ("created", True)
    may.update(checks="write", pull_requests="read", issues="read")
    assert post(context, "two", verdict="fail").how == "skipped"
    assert flights.checks[0]["conclusion"] == "failure"


def test_issues_write_alone_is_enough_for_the_comment(
    github: GitHub, context: Context, flights: Repository
) -> None:
    github.tokens[next(iter(github.tokens))].may = {"issues": "write", "checks": "write"}
    assert post(context).how == "created"


def test_a_locked_conversation_is_skipped(context: Context, flights: Repository) -> None:
    flights.pulls[0]["locked"] = True
    posted = post(context)
    assert (posted.how, "locked" in posted.why) == ("skipped", True)


def test_a_token_that_github_does_not_know_is_a_setting(
    github: GitHub, context: Context, flights: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "other")
    with pytest.raises(SettingsError, match="Bad credentials") as refused:
        post(context)
    assert "other" not in str(refused.value.__dict__).replace("is another's", "")


def test_the_token_is_in_no_log_and_no_error(
    github: GitHub, tmp_path: Path, flights: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    token = next(iter(github.tokens))
    caplog.set_level("DEBUG")
    post(context_of(tmp_path))
    for fault in (Fault(500, message="odd", times=9), Fault(lost=True, times=9)):
        github.fail(fault)
        with pytest.raises(CouldNotTellError) as refused:
            post(context_of(tmp_path, wait_seconds=0.0))
        assert token not in str(vars(refused.value))
        github.faults.clear()
    assert "/repos/acme/flights" in caplog.text
    assert token not in caplog.text


def test_a_pull_request_that_is_not_there_is_could_not_tell(context: Context, flights: Repository) -> None:
    with pytest.raises(CouldNotTellError, match="no such thing"):
        post(context, change=99)


def test_the_check_run_can_be_left_out(tmp_path: Path, flights: Repository) -> None:
    assert post(context_of(tmp_path, check_run=False)).how == "created"
    assert not flights.checks


def test_without_a_repository_or_a_token_nothing_is_asked(
    github: GitHub, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        with monkeypatch.context() as patch:
            patch.delenv(name)
            assert post(context).how == "skipped"
    assert not github.log


def test_an_enterprise_server_is_reached_by_its_own_addresses(
    github: GitHub, context: Context, flights: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in github.environ("acme/flights", enterprise=True).items():
        monkeypatch.setenv(name, value)
    assert [post(context).how, post(context, "two").how] == ["created", "updated"]


@pytest.mark.parametrize("address", ["ftp://example.org", "https://user:secret@example.org", "example.org"])
def test_an_address_that_is_none_is_a_setting(
    context: Context, github: GitHub, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", address)
    with pytest.raises(SettingsError, match="no address") as refused:
        post(context)
    assert "secret" not in str(vars(refused.value))
