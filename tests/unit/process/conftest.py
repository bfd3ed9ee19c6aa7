"""A stubborn stage, a program that supervises it, and a way to see what is left of both."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import mlops_ext
from mlops_ext.process import started

STUBBORN = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    name = "child"
else:
    name = "script"
with open(f"{name}.tmp", "w") as file:
    file.write(str(os.getpid()))
os.rename(f"{name}.tmp", f"{name}.pid")
time.sleep(600)
"""
DRIVER = """
import sys
from pathlib import Path
from mlops_ext.errors import MlopsExtError
from mlops_ext.process import supervise
try:
    sys.exit(supervise(sys.argv[2:], cwd=Path.cwd(), log=Path("log"), grace=float(sys.argv[1])))
except MlopsExtError as error:
    print(error)
    sys.exit(error.exit_code)
"""


class Case:
    """One folder with a stubborn stage under a supervisor under a program of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host: subprocess.Popen[str] | None = None
        self.pids: list[int] = []

    def start(self, *argv: str, grace: float = 0.5) -> subprocess.Popen[str]:
        (self.folder / "stubborn.py").write_text(STUBBORN)
        env = {**os.environ, "PYTHONPATH": str(Path(mlops_ext.__file__).parents[1])}
        command = [sys.executable, "-c", DRIVER, str(grace), *(argv or (sys.executable, "stubborn.py"))]
        self.host = subprocess.Popen(
            command, cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return self.host

    def stage(self) -> list[int]:
        self.pids = [self.pid("script"), self.pid("child")]
        return self.pids

    def pid(self, name: str) -> int:
        path = self.folder / f"{name}.pid"
        wait_until(path.exists)
        return int(path.read_text())

    def supervisor(self) -> int:
        assert self.host is not None
        children = Path(f"/proc/{self.host.pid}/task/{self.host.pid}/children")
        wait_until(lambda: bool(children.read_text().split()))
        return int(children.read_text().split()[0])

    def left(self) -> list[int]:
        return [pid for pid in self.pids if started(pid) is not None]

    def none_left_within(self, seconds: float) -> bool:
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not self.left(), seconds)
        return not self.left()

    def clean(self) -> None:
        for pid in self.left():
            os.kill(pid, signal.SIGKILL)
        if self.host is not None:
            self.host.kill()
            self.host.wait()
            assert self.host.stdout is not None
            self.host.stdout.close()


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.02)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case(tmp_path)
    yield made
    made.clean()


@pytest.fixture
def until() -> Callable[..., None]:
    return wait_until
