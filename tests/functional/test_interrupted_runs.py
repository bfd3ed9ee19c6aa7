"""F29 and F61: whatever ends us, nothing of a run goes on, and no run in the store stays open."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

SECONDS = 5.0
# Ignores INT and TERM, and so does its child, which lives in a session of its own.
STUBBORN = """
import os, signal, subprocess, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
{more}
open(os.environ["BEGUN"], "a").write("x")
time.sleep(600)
"""
FLUENT = "import mlflow; mlflow.start_run(run_name='mine')"
LOW = "from mlflow import MlflowClient; MlflowClient().create_run('0', run_name='low')"
PIPELINE = """
stages:
  prepare:
    cmd: echo 1 > clean.txt
    outs: [clean.txt]
  train:
    cmd: python train.py
    deps: [clean.txt, train.py]
    params: [n]
    outs: [model.txt]
"""


@pytest.fixture
def stubborn(small: Any) -> Any:
    small.write({"dvc.yaml": PIPELINE, "params.yaml": "n: 1\n", "train.py": STUBBORN.format(more=FLUENT)})
    small.run("git", "add", "-A")
    small.run("git", "commit", "-qm", "slow")
    small.env["BEGUN"] = str(small.root.parent / "begun")
    yield small
    for pid in _of(small):
        os.kill(pid, signal.SIGKILL)


def begun(project: Any, command: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not Path(project.env["BEGUN"]).exists():
        assert command.poll() is None, command.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def _of(project: Any) -> list[int]:
    """Processes that know this project's file, whatever their session, parent or folder."""
    word, found = f"BEGUN={project.env['BEGUN']}".encode(), []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            state = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[0]
            known = word in Path("/proc", entry, "environ").read_bytes()
        except OSError:
            continue
        found += [int(entry)] if known and state not in "ZX" and int(entry) != os.getpid() else []
    return found


def statuses(project: Any) -> dict[str, str]:
    runs = [run.info for run in project.runs().values()]
    return {re.sub(r"^(develop|sweep)-.*", "develop", run.run_name): run.status for run in runs}


def once(number: int) -> Any:
    return lambda command: command.send_signal(number)


def twice(number: int) -> Any:
    def send(command: subprocess.Popen[str]) -> None:
        command.send_signal(number)
        time.sleep(0.3)
        command.send_signal(number)

    return send


def to_the_group(number: int) -> Any:
    return lambda command: os.killpg(command.pid, number)


WAYS = {
    "INT to us": once(signal.SIGINT),
    "TERM to us": once(signal.SIGTERM),
    "INT to the group": to_the_group(signal.SIGINT),
    "TERM to the group": to_the_group(signal.SIGTERM),
    "INT twice": twice(signal.SIGINT),
}


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("words", [("develop",), ("develop", "--set", "n=2,3")], ids=["develop", "sweep"])
def test_f61_f29_all_ends_in_time_and_the_runs_are_killed(
    stubborn: Any, way: str, words: tuple[str, ...]
) -> None:
    """F61 and F29; neighbours: a sweep in DVC's own temporary folder, a word to the group, a second word."""
    command = stubborn.start(*words)
    begun(stubborn, command)

    sent = time.monotonic()
    WAYS[way](command)
    out, said = command.communicate(timeout=30)
    took = time.monotonic() - sent

    assert command.returncode == 130, out + said
    assert _of(stubborn) == []
    assert took < SECONDS
    assert statuses(stubborn) == {
        "develop": "KILLED",
        "prepare": "FINISHED",
        "train": "KILLED",
        "mine": "KILLED",
    }
    stubborn.dvc("repro", "-q", "prepare")
    assert stubborn.untracked() in ([], ["dvc.lock"])


def test_f29_after_a_kill_the_next_call_closes_what_is_open(stubborn: Any) -> None:
    """F29; neighbour of the row: KILL to us, with a run of the script's own still open below the step."""
    command = stubborn.start("develop")
    begun(stubborn, command)
    command.kill()
    command.communicate()
    assert statuses(stubborn)["mine"] == "RUNNING"
    stubborn.write({"train.py": "open('model.txt', 'w').write('x')\n"})

    said = stubborn.call("develop").stderr

    assert "its process is gone" in said
    assert _of(stubborn) == []
    dead, alive = (
        {
            run.info.status
            for run in stubborn.runs().values()
            if top in (run.info.run_id, run.data.tags.get("mlops.run"))
        }
        for top in [
            run.info.run_id
            for run in reversed(stubborn.runs().values())
            if run.info.run_name.startswith("develop")
        ]
    )
    assert (dead, alive) == ({"KILLED"}, {"FINISHED"})


def test_f29_a_run_of_the_low_level_client_is_closed_too(stubborn: Any) -> None:
    """Neighbour of F29 by tool: the client whose runs carry no context of ours."""
    stubborn.write({"train.py": STUBBORN.format(more=LOW)})
    command = stubborn.start("develop")
    begun(stubborn, command)

    command.terminate()
    command.communicate(timeout=30)

    assert statuses(stubborn)["low"] == "KILLED"
    assert {"prepare": {}, "train": {"low": {}}} in stubborn.tree()


def test_f61_while_the_store_does_not_answer(stubborn: Any) -> None:
    """Neighbour of F61 by stage: the word comes before any step has begun."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked, held = threading.Event(), []

        def hang() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return
                asked.set()

        threading.Thread(target=hang, daemon=True).start()
        command = stubborn.start("develop", MLFLOW_TRACKING_URI=f"http://127.0.0.1:{server.getsockname()[1]}")
        assert asked.wait(30)
        sent = time.monotonic()
        command.terminate()
        command.communicate(timeout=30)
        server.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()
    assert command.returncode == 130
    assert time.monotonic() - sent < SECONDS
    assert _of(stubborn) == []
    assert not Path(stubborn.env["BEGUN"]).exists()


def test_f61_while_it_waits_for_another_run(stubborn: Any) -> None:
    """Neighbour of F61 by stage: waiting for a lock that another DVC has."""
    words = [sys.executable, "-P", "-m", "dvc", "repro", "-q"]
    env = {**os.environ, **stubborn.env, "MLFLOW_TRACKING_URI": f"sqlite:///{stubborn.project / 'mlflow.db'}"}
    other = subprocess.Popen(words, cwd=stubborn.project, env=env, start_new_session=True)
    begun(stubborn, other)
    command = stubborn.start("develop")
    assert f"process {other.pid}" in command.stderr.readline()

    command.send_signal(signal.SIGINT)
    command.communicate(timeout=SECONDS)

    assert command.returncode == 130
    assert other.poll() is None
    other.kill()
    other.wait()
