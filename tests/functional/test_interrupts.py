"""F77: INT and TERM end a command with 130, its children with it, whatever it was doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from calling import call, commit

SLOW = """
import pathlib, time
def test_slow():
    pathlib.Path("started").write_text(str(__import__("os").getpid()))
    time.sleep(600)
"""


@pytest.fixture
def slow(project):
    """A project whose tests take ten minutes."""
    (project / "tests").mkdir()
    (project / "tests" / "test_slow.py").write_text(SLOW)
    (project / "mlops-ext.toml").write_text(f'name = "slow"\nplugins = []\npython = "{sys.executable}"\n')
    commit(project)
    return project


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_f77_interrupted_is_130_and_the_children_are_gone(slow, number):
    words = [sys.executable, "-m", "mlops_ext", "integrate"]
    with subprocess.Popen(
        words, cwd=slow, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        child = int(_appears(slow / "started"))
        command.send_signal(number)
        _, said = command.communicate(timeout=30)
    assert command.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_f77_a_closed_pipe_is_no_crash(project):
    words = f"{sys.executable} -m mlops_ext settings | head -1"
    done = subprocess.run(["bash", "-c", words], cwd=project, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_usage_is_2(project):
    for words in (
        ["no-such-command"],
        ["integrate", "--no-such-option"],
        ["deliver"],
        ["deliver", "nowhere"],
    ):
        assert "Traceback" not in call(project, *words, code=2).stderr


def _appears(path, seconds=60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = path.read_text() if path.exists() else ""
        if text:
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")
