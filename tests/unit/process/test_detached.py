"""Processes that outlive us, and processes that only have the same number."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import alive, start_detached, started, stop
from mlops_ext.process import table as table_module

SLEEP = [
    sys.executable,
    "-u",
    "-c",
    "import os, time; print(*map(os.environ.get, ['MLOPS_RUN', 'RUNNER_TRACKING_ID']), "
    "os.getsid(0) == os.getpid()); time.sleep(600)",
]
DEAF = [
    sys.executable,
    "-u",
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(600)",
]


def test_it_has_its_own_session_and_neither_token_nor_job(tmp_path: Path, until: Callable[..., None]) -> None:
    log = tmp_path / "logs" / "service.log"
    pid = start_detached(
        SLEEP, cwd=tmp_path, env={**os.environ, "MLOPS_RUN": "x", "RUNNER_TRACKING_ID": "job"}, log=log
    )
    since = started(pid)
    assert since is not None
    until(lambda: log.read_text() == "None None True\n")
    assert alive(pid, since)
    stop(pid, 5.0, since=since)
    assert not alive(pid, since)


def test_what_ignores_term_is_killed_after_the_grace(tmp_path: Path, until: Callable[..., None]) -> None:
    pid = start_detached(DEAF, cwd=tmp_path, env=None, log=tmp_path / "log")
    until(lambda: (tmp_path / "log").read_text() == "deaf\n")
    stop(pid, 0.2)
    assert started(pid) is None


def test_a_reused_number_is_another_process(tmp_path: Path) -> None:
    pid = start_detached(SLEEP, cwd=tmp_path, env=None, log=tmp_path / "log")
    since = started(pid)
    assert since is not None
    try:
        assert not alive(pid, "boot/1")
        stop(pid, 0.1, since="boot/1")
        assert alive(pid, since), "another process was stopped"
    finally:
        stop(pid)


def test_a_zombie_is_gone() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert started(pid) is None
    os.waitpid(pid, 0)


def test_without_proc_ps_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "PROC", tmp_path / "no-proc")
    since = started(os.getpid())
    assert since is not None
    assert alive(os.getpid(), since)
    assert started(2**22 + 1) is None


def test_start_and_stop_are_durable_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[str] = []

    def note(kind: str, act: Callable[..., object], *args: object, **kwargs: object) -> object:
        kinds.append(kind)
        return act(*args, **kwargs)

    monkeypatch.setattr(durable, "step", note)
    pid = start_detached(SLEEP, cwd=tmp_path, env=None, log=tmp_path / "log")
    stop(pid)
    stop(pid)
    assert kinds == ["start", "stop"]


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTellError, match="no-such-service was not found"):
        start_detached(["no-such-service"], cwd=tmp_path, env=None, log=tmp_path / "log")


def test_no_signal_handler_of_ours_is_left() -> None:
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
