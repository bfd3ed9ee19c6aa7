"""Neighbours of F77: other signals, other commands, and other things that a command was doing."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from calling import call, commit

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
ASKED = """
import os, pathlib, time
PLUGIN = Plugin(name="slow", roles=("versioning",))

def wait(what):
    pathlib.Path({mark!r}).write_text(what + " " + str(os.getpid()))
    time.sleep(600)

@hookimpl
def mlops_check_setup(context):
    wait("doctor")

@hookimpl
def mlops_validate_pipeline(context):
    wait("integrate")

@hookimpl
def mlops_validate_data(context, data):
    wait("table")
"""
SLOW_STEP = "stages:\n  slow:\n    cmd: echo $$ > started && sleep 600\n    outs: [never]\n"


@contextmanager
def start(root, *words, hangs_up=signal.SIG_DFL, **more):
    """The command as a terminal starts it, whoever started us; a test that fails leaves none behind."""
    command = subprocess.Popen(
        [sys.executable, "-m", "mlops_ext", *words],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, hangs_up),
        **more,
    )
    try:
        yield command
    finally:
        if command.poll() is None:
            command.kill()
            command.communicate()


def end(command, number, seconds=30):
    """What the command says when the signal comes; it must say that it was interrupted, within seconds."""
    command.send_signal(number)
    _, said = command.communicate(timeout=seconds)
    assert command.returncode == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    return said


def appears(path, seconds=60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = path.read_text() if path.exists() else ""
        if text.strip():
            return text
        time.sleep(0.02)
    raise AssertionError(f"{path} did not appear")


def gone(pid):
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def asked(project, plugins, tmp_path):
    """A project whose one plugin never answers; the mark that it leaves when it is asked."""
    mark = tmp_path / "mark"
    plugins("slow", ASKED.format(mark=str(mark)))
    (project / "mlops-ext.toml").write_text('name = "p"\nplugins = ["slow"]\n')
    commit(project)
    return mark


@SIGNALS
@pytest.mark.parametrize("words", [["doctor"], ["integrate"], ["integrate", "--staged"]], ids=" ".join)
def test_f77_while_a_plugin_is_asked(project, asked, words, number, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with start(project, *words) as command:
        assert appears(asked).startswith(words[0])
        end(command, number)
    assert not list(tmp_path.glob("mlops-ext-staged-*"))


@SIGNALS
def test_f77_while_a_step_of_the_pipeline_runs(small, number):
    small.write({"dvc.yaml": SLOW_STEP})
    commit(small.root)
    with start(small.root, "develop", env={**os.environ, **small.env}) as command:
        step = int(appears(small.root / "started"))
        end(command, number)
    gone(step)
    assert {run.info.status for run in small.runs().values()} == {"KILLED"}


def test_f77_a_terminal_that_goes_away_does_not_end_what_was_told_to_stay(project, asked):
    """`nohup`: HUP is ignored, and stays so."""
    with start(project, "doctor", hangs_up=signal.SIG_IGN) as command:
        appears(asked)
        command.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert command.poll() is None
        end(command, signal.SIGTERM)


def test_f77_at_any_moment_of_the_start(project):
    """Between the first import and the last: 130 or, when it was quicker, the answer; never a traceback."""
    codes = set()
    for tenth in range(1, 8):
        with start(project, "settings") as command:
            time.sleep(tenth / 20)
            command.send_signal(signal.SIGTERM)
            _, said = command.communicate(timeout=30)
        codes.add(command.returncode)
        assert "Traceback" not in said
    assert codes <= {130, 0, -signal.SIGTERM}, "before Python has begun nobody can answer"
    assert 130 in codes or codes == {0, -signal.SIGTERM}


@SIGNALS
def test_f77_at_a_question(tmp_path, number):
    """`init` asks before it writes; Ctrl-C, TERM and HUP there write nothing."""
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    us, child = pty.openpty()
    with start(tmp_path, "init", stdin=child) as command:
        os.close(child)
        time.sleep(3)
        end(command, number)
    os.close(us)
    assert not (tmp_path / "mlops-ext.toml").exists()


def test_f77_a_question_that_nobody_hears_is_no_interrupt(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    ours, theirs = pty.openpty()
    os.write(ours, b"\x04")
    done = subprocess.run(
        [sys.executable, "-m", "mlops_ext", "init"],
        cwd=tmp_path,
        stdin=theirs,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert "--yes" in done.stderr
    assert "interrupted" not in done.stderr
    assert sorted(path.name for path in Path(tmp_path).iterdir()) == [".git"]


CTRL_C = """
PLUGIN = Plugin(name="typist")

@hookimpl
def mlops_validate_pipeline(context):
    raise KeyboardInterrupt
"""


def test_f77_a_plugin_that_says_ctrl_c_is_taken_at_its_word(project, plugins):
    plugins("typist", CTRL_C)
    (project / "mlops-ext.toml").write_text('name = "p"\nplugins = ["typist"]\n')
    assert "interrupted" in call(project, "integrate", code=130).stderr


HOLDS = """
import pathlib, threading, time
PLUGIN = Plugin(name="holds")
YES = Report(question="pipeline", checks=(Check(name="all is well", status="pass"),))

@hookimpl
def mlops_validate_pipeline(context):
    try:
        pathlib.Path({mark!r}).write_text("asked")
        time.sleep(600)
    except BaseException as error:
        {then}
"""


@pytest.mark.parametrize(
    "then",
    [
        "return YES",
        "return None",
        'raise RuntimeError("Query interrupted")',
        "from mlops_ext.errors import CouldNotTellError; raise CouldNotTellError('x')",
        "threading.Event().wait()",
        "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    ],
    ids=["a yes", "nothing", "another error", "an error of ours", "waiting", "a lock that is never free"],
)
def test_f77_a_library_that_makes_something_else_of_an_interrupt(project, plugins, tmp_path, then):
    """DuckDB says `RuntimeError: Query interrupted`; an import that is interrupted may keep its lock."""
    mark = tmp_path / "mark"
    plugins("holds", HOLDS.format(mark=str(mark), then=then))
    (project / "mlops-ext.toml").write_text('name = "p"\nplugins = ["holds"]\n')
    with start(project, "integrate") as command:
        appears(mark)
        begun = time.monotonic()
        end(command, signal.SIGINT)
        assert time.monotonic() - begun < 8
    assert not list((project / ".mlops-ext").rglob("records/*.json")), "an interrupt is no answer"
