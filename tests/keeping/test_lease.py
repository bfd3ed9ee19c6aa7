"""The lease: one at a time, whatever becomes of answers, holders and clocks."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from calling import commit, git

from keeping.gitserver import Backend, git_server
from mlops_ext.errors import CouldNotTellError
from mlops_ext.kept import lease, turn
from mlops_ext.kept.lease import Lease, Watch
from mlops_ext.kept.ref import StateRef, Tip

REF = "refs/mlops-ext/state/flights"
SHORT = 1.5


def quiet(_line: str) -> None:
    """Nobody reads it."""


@pytest.fixture
def clone(tmp_path, git_url):
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(tmp_path / "origin.git", "config", "http.receivepack", "true")
    git(tmp_path / "origin.git", "config", "receive.denyNonFastForwards", "true")
    git(tmp_path, "clone", "-q", f"{git_url}/origin.git", "clone")
    commit(tmp_path / "clone")
    return tmp_path / "clone"


@pytest.fixture
def refs(clone, tmp_path):
    """The ref as two processes see it."""
    return [StateRef(clone, "origin", REF, tmp_path / f"scratch-{number}") for number in range(2)]


def begin(ref: StateRef, seconds: float = SHORT, tell=quiet) -> turn.Turn:
    return turn.begin(ref, seconds, lambda: 60.0, tell)


def said(tmp_path: Path) -> list[str]:
    return git(tmp_path / "origin.git", "log", "--reverse", "--format=%s", REF).splitlines()


def test_the_second_waits_for_the_first_however_long_it_works(refs, tmp_path):
    first, told = begin(refs[0]), []
    waiting = threading.Thread(target=lambda: begin(refs[1], tell=told.append).end("second", {"b": b"2"}))
    waiting.start()
    time.sleep(2 * SHORT)
    first.end("first", {"a": b"1"})
    waiting.join()
    words = [line for line in said(tmp_path) if not line.startswith("take")]
    assert words.index("first") < words.index("second")
    assert words.count("hold") >= 3
    assert "waiting for process" in told[0]
    assert git(tmp_path / "origin.git", "ls-tree", "--name-only", REF).split() == ["a", "b"]


def test_a_dead_holder_is_taken_over_after_its_end_and_saves_nothing_then(refs, tmp_path):
    dead = begin(refs[0])
    dead.leave()
    started = time.monotonic()
    living = begin(refs[1])
    assert time.monotonic() - started > SHORT / 2
    with pytest.raises(CouldNotTellError, match="the lease on the kept store was lost to process") as raised:
        dead.end("too late", {"late": b"1"})
    assert raised.value.exit_code == 3
    with pytest.raises(CouldNotTellError):
        dead.change("still too late", {"late": b"1"})
    living.end("living", {"a": b"1"})
    assert git(tmp_path / "origin.git", "ls-tree", "--name-only", REF).split() == ["a"]
    assert said(tmp_path)[1].startswith("take over from process")


@pytest.mark.parametrize("after", [False, True], ids=["alone", "with one that came after"])
def test_a_push_whose_answer_got_lost_was_a_push(refs, monkeypatch, after):
    mine = begin(refs[0], 60)
    monkeypatch.setattr(Backend, "loses", ["this one"])
    if after:
        real = refs[0].look
        monkeypatch.setattr(refs[0], "look", lambda: begin(refs[1], 60).leave() or real())
    mine.end("kept", {"a": b"1"})
    assert Backend.loses == []
    assert refs[1].read(refs[1].fetch(), "a") == b"1"


def test_work_is_not_lost_for_a_server_that_is_away_for_a_moment(refs, monkeypatch):
    mine = begin(refs[0], 60)
    monkeypatch.setattr(Backend, "away", ["push", "look", "again", "look"])
    mine.end("kept", {"a": b"1"})
    assert Backend.away == []
    assert refs[1].read(refs[1].fetch(), "a") == b"1"


def test_a_change_that_arrived_while_nobody_could_tell_us_is_ours(refs, monkeypatch):
    mine = begin(refs[0], 60)
    monkeypatch.setattr(Backend, "loses", ["the answer"])
    monkeypatch.setattr(Backend, "away", ["where we look what became of it"])
    with pytest.raises(CouldNotTellError, match="did not take or give"):
        mine.change("intend", {"intent": b"1"})
    mine.end("kept", {"a": b"1"})
    tip = refs[1].fetch()
    assert (refs[1].read(tip, "intent"), refs[1].read(tip, "a")) == (b"1", b"1")


def test_who_may_not_push_is_told_so(refs, tmp_path):
    git(tmp_path / "origin.git", "config", "http.receivepack", "false")
    with pytest.raises(CouldNotTellError, match="did not take or give refs/mlops-ext") as raised:
        begin(refs[0])
    assert "contents: write" in raised.value.hint


def test_the_job_s_token_is_used_where_the_clone_has_no_credentials(clone, tmp_path, monkeypatch):
    with git_server(tmp_path, token="secret-word") as url:
        git(clone, "remote", "set-url", "origin", f"{url}/origin.git")
        with pytest.raises(CouldNotTellError):
            StateRef(clone, "origin", REF, tmp_path / "none").look()
        monkeypatch.setenv("GITHUB_SERVER_URL", url)
        monkeypatch.setenv("GITHUB_TOKEN", "wrong")
        with pytest.raises(CouldNotTellError) as raised:
            StateRef(clone, "origin", REF, tmp_path / "wrong").look()
        assert "wrong" not in str(raised.value).replace("wrong.git", "")
        monkeypatch.setenv("GITHUB_TOKEN", "secret-word")
        begin(StateRef(clone, "origin", REF, tmp_path / "right")).end("kept", {})
    assert said(tmp_path)[-1] == "kept"


def test_the_clone_s_own_credentials_are_used(clone, tmp_path, monkeypatch):
    from base64 import b64encode

    monkeypatch.setenv("GITHUB_TOKEN", "another")
    with git_server(tmp_path, token="secret-word") as url:
        monkeypatch.setenv("GITHUB_SERVER_URL", url)
        git(clone, "remote", "set-url", "origin", f"{url}/origin.git")
        word = b64encode(b"x-access-token:secret-word").decode()
        (clone / ".git" / "more").write_text(f'[http "{url}/"]\nextraheader = AUTHORIZATION: basic {word}\n')
        git(clone, "config", "include.path", "more")
        begin(StateRef(clone, "origin", REF, tmp_path / "right")).end("kept", {})
    assert said(tmp_path)[-1] == "kept"


def test_the_clone_gets_no_ref_and_no_object_and_runs_no_hook(clone, refs, tmp_path):
    hook = clone / ".git" / "hooks" / "pre-push"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    hook.chmod(0o755)
    asked = (("count-objects", "-v"), ("for-each-ref",), ("status", "--porcelain"))
    before = [git(clone, *words) for words in asked]
    begin(refs[0]).end("kept", {"a": b"1"})
    begin(refs[1]).end("kept", {"a": b"2"})
    assert not (tmp_path / "ran").exists()
    assert [git(clone, *words) for words in asked] == before


@pytest.mark.parametrize("minutes", [-60, 60], ids=["the holder's is slow", "it is fast"])
def test_a_clock_that_is_wrong_takes_no_lease_from_one_who_lives(monkeypatch, minutes):
    now = [0.0]
    monkeypatch.setattr(lease.time, "monotonic", lambda: now[0])
    until = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    held = Lease(holder="other", call="1", until=until, seconds=30.0)
    watch = Watch()
    for beat in range(20):
        # It moves its end on three times in each period.
        assert not watch.is_dead(Tip(str(beat)), held)
        now[0] += 10
        assert not watch.is_dead(Tip(str(beat)), held)
    now[0] += 31
    assert watch.is_dead(Tip("19"), held)


def test_a_lease_that_nobody_can_read_is_no_free_store(refs):
    tip = refs[0].fetch()
    assert refs[0].swap(tip, refs[0].commit(tip, "by hand", {lease.FILE: b"{"}))
    with pytest.raises(CouldNotTellError, match="the lease in refs/mlops-ext/state/flights can't be read"):
        begin(refs[1])
