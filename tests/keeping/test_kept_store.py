"""The kept store: brought, worked on and kept, or left as it was."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from calling import call, commit, git

from keeping.look import look
from keeping.team import REF, Team
from keeping.worker import work
from mlops_ext import signals
from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError
from mlops_ext.kept.keeping import keeping
from mlops_ext.kept.local import Local
from mlops_ext.kept.store import ref_of
from mlops_ext.session import Options, Session, open_session
from mlops_ext.stages.gates import require_lasting_store

pytestmark = pytest.mark.usefixtures("made_before")
HOSTED = {
    "GITHUB_ACTIONS": "true",
    "RUNNER_ENVIRONMENT": "github-hosted",
    "GITHUB_REF_PROTECTED": "true",
    "GITHUB_EVENT_NAME": "push",
}


@pytest.fixture
def told() -> list[str]:
    """Lines that stay on the screen."""
    return []


@pytest.fixture
def opened(told) -> Callable[..., Session]:
    """Opens the project of a clone."""
    return lambda clone, **more: open_session(Options(project=clone, tell=told.append, **more))


@pytest.fixture
def turn_of(opened) -> Callable[..., Session]:
    """Does a unit of work in a clone."""

    def do(clone: Path, unit: str) -> Session:
        session = opened(clone)
        with keeping(session, "work"):
            work(session, unit)
        return session

    return do


@pytest.fixture
def hosted(monkeypatch) -> None:
    """A runner of GitHub's."""
    for name, value in HOSTED.items():
        monkeypatch.setenv(name, value)


def leased(team: Team) -> bool:
    """Whether somebody holds the lease."""
    return "lease.json" in git(team.origin, "ls-tree", "--name-only", REF)


def client(clone: Path) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{clone / 'mlflow.db'}")


def settings(clone: Path, old: str, new: str) -> None:
    file = clone / "mlops-ext.toml"
    file.write_text(file.read_text().replace(old, new))


def test_another_machine_has_runs_files_and_records_under_its_own_paths(team, turn_of):
    first, second = team.clone(), team.clone()
    turn_of(first, "one")
    session = turn_of(second, "two")
    shutil.rmtree(first)
    mlflow = client(second)
    experiment = mlflow.get_experiment_by_name("flights")
    assert Path(experiment.artifact_location).is_relative_to(second)
    runs = {run.info.run_name: run.info for run in mlflow.search_runs([experiment.experiment_id])}
    assert sorted(runs) == ["one", "two"]
    assert Path(mlflow.download_artifacts(runs["one"].run_id, "result.txt")).read_text() == "one"
    assert session.book.passed("one", "local")
    assert git(second, "status", "--porcelain") == ""


def test_what_is_kept_names_no_folder_of_a_machine(team, turn_of):
    turn_of(team.clone(), "one")
    contents = [path.read_bytes() for path in files(team)]
    (packed,) = [content for content in contents if content.startswith(b"\x1f\x8b")]
    listed = git(team.origin, "show", f"{REF}:store.jsonl").encode()
    assert not any(str(team.folder).encode() in one for one in (*contents, gzip.decompress(packed), listed))


def files(team: Team) -> list[Path]:
    """All that lies on the remote."""
    return [path for path in (team.folder / "remote").rglob("*") if path.is_file()]


def test_an_intent_is_known_to_all_before_anything_is_done(team, opened):
    session = opened(team.clone())
    with keeping(session, "work"):
        work(session, "one")
        tree = git(team.origin, "ls-tree", "-r", "--name-only", REF)
        assert tree.count("records/") == 1
        assert "store.jsonl" not in tree
        assert "intend: unit one" in team.log()
    assert look(team).records == {"one": 1}


def test_what_was_done_here_alone_is_set_aside_once_others_went_on(team, opened, turn_of, told):
    here, there = team.clone(), team.clone()
    turn_of(here, "one")
    # Somebody works on the store without a turn.
    work(opened(here), "alone")
    turn_of(there, "two")
    turn_of(here, "three")
    assert look(team).runs == {"one": 1, "two": 1, "three": 1}
    (aside,) = (here / ".mlops-ext" / "kept").glob("not-kept-*")
    assert (aside / "mlflow.db").is_file()
    assert len(list((aside / "records").rglob("*.json"))) == 4
    assert "what was done here and not kept lies in .mlops-ext/kept/not-kept-" in told[-1]


def test_what_a_killed_call_left_here_is_gone_on_with_where_nobody_else_did(team, opened, turn_of):
    here = team.clone()
    turn_of(here, "one")
    work(opened(here), "killed before it was kept")
    turn_of(here, "two")
    assert look(team).runs == {"one": 1, "killed before it was kept": 1, "two": 1}
    assert not list((here / ".mlops-ext" / "kept").glob("not-kept-*"))


def test_the_first_turn_keeps_what_the_project_has_already(team, opened, turn_of):
    clone = team.clone()
    work(opened(clone), "before there was a kept store")
    turn_of(clone, "one")
    assert look(team).records == {"before there was a kept store": 1, "one": 1}


def test_a_place_that_takes_nothing_leaves_all_as_it_was_and_gives_the_lease_back(team, turn_of, opened):
    first, second = team.clone(), team.clone()
    turn_of(first, "one")
    before = look(team)
    remote = team.folder / "remote"
    with pytest.raises(CouldNotTellError, match="the DVC remote `team` did not keep the store's files"):
        lose(opened(first), remote)
    remote.unlink()
    remote.with_name("away").rename(remote)
    assert look(team) == replace(before, open_intents=["lost"])
    turn_of(second, "two")
    assert look(team).runs == {"one": 1, "two": 1}


def lose(session: Session, remote: Path) -> None:
    """Work until there is no place for it any more."""
    with keeping(session, "work"):
        work(session, "lost")
        remote.rename(remote.with_name("away"))
        remote.write_text("no folder")


def test_a_file_with_other_bytes_than_its_name_is_not_brought(team, turn_of):
    turn_of(team.clone(), "one")
    row = next(path for path in files(team) if path.read_bytes() == b"one")
    row.chmod(0o644)
    row.write_bytes(b"two")
    with pytest.raises(CouldNotTellError, match="did not bring the store's files") as raised:
        turn_of(team.clone(), "two")
    assert "other bytes than its name says" in raised.value.where
    assert leased(team) is False


def test_a_list_that_names_places_elsewhere_is_refused(team, turn_of):
    clone = team.clone()
    turn_of(clone, "one")
    git(clone, "fetch", "-q", "origin", f"+{REF}:refs/heads/state")
    git(clone, "checkout", "-q", "state")
    text = (clone / "store.jsonl").read_text()
    (clone / "store.jsonl").write_text(text.replace("mlartifacts/", "../../elsewhere/", 1))
    commit(clone)
    git(clone, "push", "-q", "origin", f"HEAD:{REF}")
    with pytest.raises(CouldNotTellError, match="which is not in its folder"):
        turn_of(team.clone(), "two")


@pytest.mark.stress
def test_dvc_s_own_cleaning_leaves_what_is_kept(team, turn_of):
    clone = team.clone()
    turn_of(clone, "one")
    before = files(team)
    (clone / "data.txt").write_text("data")
    for words in (["add", "-q", "data.txt"], ["push", "-q"], ["remove", "data.txt.dvc"]):
        subprocess.run([sys.executable, "-m", "dvc", *words], cwd=clone, check=True, capture_output=True)
    words = [sys.executable, "-m", "dvc", "gc", "-w", "-c", "-f"]
    subprocess.run(words, cwd=clone, check=True, capture_output=True)
    assert files(team) == before


@pytest.mark.usefixtures("hosted")
def test_a_hosted_runner_keeps_its_store_and_may_act(team, opened):
    clone = team.clone()
    settings(clone, 'keep = "always"\n', "")
    session = opened(clone)
    with keeping(session, "deliver"):
        require_lasting_store(session, "deliver")
        work(session, "one")
    assert look(team).runs == {"one": 1}


@pytest.mark.usefixtures("hosted")
def test_a_hosted_runner_that_may_not_push_judges_and_does_not_act(team, opened, told):
    git(team.origin, "config", "http.receivepack", "false")
    clone = team.clone()
    settings(clone, 'keep = "always"\n', "")
    with keeping(opened(clone), "integrate"):
        assert told[-1].startswith("the store and this record are not kept: the remote `origin` did not")
    with (
        pytest.raises(CouldNotTellError, match="the remote `origin` did not take"),
        keeping(opened(clone), "deliver"),
    ):
        pytest.fail("it went on")


@pytest.mark.parametrize("how", ["a pull request", "never", "no hosted runner", "--local", "a server"])
def test_who_keeps_nothing_does_not_touch_the_ref(team, opened, monkeypatch, how):
    clone = team.clone()
    if how in ("--local", "a server", "never"):
        for name, value in HOSTED.items():
            monkeypatch.setenv(name, value)
    if how == "a pull request":
        monkeypatch.setenv("MLOPS_EXT_ZONE", "pull-request")
    else:
        settings(clone, 'keep = "always"\n', 'keep = "never"\n' if how == "never" else "")
    if how == "a server":
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.example.org")
    session = opened(clone, local=how == "--local")
    with keeping(session, "deliver"):
        assert session.kept is None
    assert git(team.origin, "for-each-ref", "refs/mlops-ext") == ""


def test_always_without_a_place_is_a_settings_error(team, opened):
    clone = team.clone()
    (clone / ".dvc" / "config").write_text("")
    with (
        pytest.raises(SettingsError, match="the store can't be kept: there is no place"),
        keeping(opened(clone), "x"),
    ):
        pytest.fail("it went on")


def test_a_stage_that_fails_keeps_what_it_left(team, opened):
    session = opened(team.clone())
    with pytest.raises(MlopsExtError, match="it went wrong"):
        go_wrong(session)
    assert look(team).runs == {"one": 1}
    assert not look(team).leased


def go_wrong(session: Session) -> None:
    """Work, and then an error."""
    with keeping(session, "work"):
        work(session, "one")
        raise MlopsExtError("it went wrong")


def test_a_dry_run_keeps_nothing(team, opened):
    session = opened(team.clone(), dry_run=True)
    with keeping(session, "work"):
        work(session, "one")
    assert "store.jsonl" not in git(team.origin, "ls-tree", "--name-only", REF)
    assert leased(team) is False


@pytest.mark.parametrize("name", ["flights", "a b", "ä/ö", "x.lock", "-", "a..b"])
def test_every_project_has_a_ref_of_its_own_that_git_takes(project, name):
    git(project, "check-ref-format", ref_of(name))
    assert len({ref_of(other) for other in ("a b", "a-b", "a/b", "a.b", name)}) >= 4


@pytest.mark.stress
def test_commands_that_look_bring_the_store_and_wait_for_nobody(team, turn_of, opened):
    turn_of(team.clone(), "one")
    working, looking = opened(team.clone()), team.clone()
    with keeping(working, "work"):
        stored = working.book.passed("one", "local")
        assert stored
        call(looking, "report", "--record", stored.digest[:12], "--output", "page.html")
    assert "unit one" in (looking / "page.html").read_text()


def test_who_waited_has_all_its_time_left(team, opened):
    other = opened(team.clone())
    session = opened(team.clone())
    at_most = session.context.deadline
    with ThreadPoolExecutor() as pool:
        with keeping(other, "work"):
            waiting = pool.submit(turn, session)
            time.sleep(1)
        waiting.result()
    assert session.context.deadline > at_most + 1
    assert session.context.desk.context is session.context


def turn(session: Session) -> None:
    """A turn in which nothing is done."""
    with keeping(session, "work"):
        pass


def test_an_interrupted_stage_keeps_what_it_left_and_is_interrupted_still(team, opened):
    session = opened(team.clone())
    with pytest.raises(KeyboardInterrupt):
        be_interrupted(session)
    assert signals.came()
    signals.done()
    assert look(team).runs == {"one": 1}
    assert leased(team) is False


def test_who_is_interrupted_again_while_keeping_gives_the_lease_back(team, opened, monkeypatch):
    session = opened(team.clone())
    monkeypatch.setattr(Local, "freeze", lambda _self: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(KeyboardInterrupt):
        be_interrupted(session)
    signals.done()
    assert "store.jsonl" not in git(team.origin, "ls-tree", "--name-only", REF)
    assert leased(team) is False


def be_interrupted(session: Session) -> None:
    """Work until Ctrl-C."""
    before = {number: signal.getsignal(number) for number in (*signals.ending(), signal.SIGALRM)}
    signals.treat_alike()
    try:
        with keeping(session, "work"):
            work(session, "one")
            signal.raise_signal(signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
