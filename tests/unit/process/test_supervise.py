"""Every row of the table: what is left of a stage that ignores TERM and INT and has a child."""

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
from mlops_ext.errors import CouldNotTellError, DeadlineError
from mlops_ext.process import started, supervise, sweep_orphans

LEAVES_A_CHILD = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    with open("child.tmp", "w") as file:
        file.write(str(os.getpid()))
    os.rename("child.tmp", "child.pid")
    time.sleep(600)
while not os.path.exists("child.pid"):
    time.sleep(0.01)
sys.exit(7)
"""
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

    def __init__(self, folder: Path, until: Callable[..., None]) -> None:
        self.folder = folder
        self.until = until
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
        self.until(path.exists)
        return int(path.read_text())

    def supervisor(self) -> int:
        assert self.host is not None
        children = Path(f"/proc/{self.host.pid}/task/{self.host.pid}/children")
        self.until(lambda: bool(children.read_text().split()))
        return int(children.read_text().split()[0])

    def left(self) -> list[int]:
        return [pid for pid in self.pids if started(pid) is not None]

    def none_left_within(self, seconds: float) -> bool:
        with contextlib.suppress(AssertionError):
            self.until(lambda: not self.left(), seconds)
        return not self.left()

    def clean(self) -> None:
        for pid in self.left():
            os.kill(pid, signal.SIGKILL)
        if self.host is not None:
            self.host.kill()
            self.host.wait()
            assert self.host.stdout is not None
            self.host.stdout.close()


@pytest.fixture
def case(tmp_path: Path, until: Callable[..., None]) -> Iterator[Case]:
    made = Case(tmp_path, until)
    yield made
    made.clean()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_us_ends_everything_and_exits_130(case: Case, number: signal.Signals) -> None:
    host = case.start()
    case.stage()
    begun = time.monotonic()
    host.send_signal(number)
    said, _ = host.communicate(timeout=20)
    assert host.returncode == 130
    assert case.left() == []
    assert 0.4 < time.monotonic() - begun < 3, "the grace was given, and not more"
    assert "interrupted" in said


def test_kill_to_us_ends_everything(case: Case) -> None:
    host = case.start()
    case.stage()
    host.kill()
    assert case.none_left_within(5)


def test_kill_to_the_supervisor_ends_everything(case: Case) -> None:
    host = case.start()
    case.stage()
    os.kill(case.supervisor(), signal.SIGKILL)
    host.communicate(timeout=20)
    assert case.none_left_within(1)
    assert host.returncode != 0


def test_kill_to_both_leaves_orphans_that_the_next_command_ends(
    case: Case, until: Callable[..., None]
) -> None:
    host = case.start()
    case.stage()
    supervisor = case.supervisor()
    os.kill(host.pid, signal.SIGSTOP)
    os.kill(supervisor, signal.SIGKILL)
    host.kill()
    host.wait()
    until(lambda: started(supervisor) is None)
    child = case.pid("child")
    assert child in case.left(), "the child of the script lives on, or this test proves nothing"
    assert child in sweep_orphans(case.folder, grace=0.2)
    assert case.left() == []


def test_what_a_command_leaves_behind_is_swept_and_its_code_is_kept(case: Case) -> None:
    (case.folder / "leave.py").write_text(LEAVES_A_CHILD)
    host = case.start(sys.executable, "leave.py")
    case.pids = [case.pid("child")]
    host.communicate(timeout=20)
    assert host.returncode == 7
    assert case.left() == []


def test_orphans_of_another_root_and_of_a_living_supervisor_are_left_alone(
    case: Case, tmp_path_factory: pytest.TempPathFactory
) -> None:
    case.start()
    case.stage()
    assert sweep_orphans(case.folder, grace=0.1) == []
    assert sweep_orphans(tmp_path_factory.mktemp("elsewhere"), grace=0.1) == []
    assert len(case.left()) == 2


def test_the_deadline_ends_everything(tmp_path: Path) -> None:
    script = "import os; open('pid', 'w').write(str(os.getpid())); import time; time.sleep(60)"
    with pytest.raises(DeadlineError, match=r"did not end within 0\.7 s"):
        supervise([sys.executable, "-c", script], cwd=tmp_path, log=tmp_path / "log", deadline=0.7)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_lines_come_one_by_one_without_secrets(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "import sys; print('one'); print('to https://me:secret@host/x', file=sys.stderr); sys.exit(3)"
    code = supervise([sys.executable, "-u", "-c", script], cwd=tmp_path, log=lines.append)
    assert (code, lines) == (3, ["one", "to https://***@host/x"])


def test_a_callback_that_raises_stops_neither_the_child_nor_the_error(tmp_path: Path) -> None:
    def fail(line: str) -> None:
        raise ValueError(line)

    script = "print('x' * 1000000); print('y'); open('done', 'w').close()"
    with pytest.raises(ValueError, match="xxx"):
        supervise([sys.executable, "-c", script], cwd=tmp_path, log=fail)
    assert (tmp_path / "done").exists()


def test_the_child_sees_its_run_and_default_signals(tmp_path: Path) -> None:
    lines: list[str] = []
    script = (
        "import os, signal; print(os.environ['MLOPS_ROOT'], len(os.environ['MLOPS_RUN']), "
        "os.environ['DVC_NO_ANALYTICS'], signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)"
    )
    supervise([sys.executable, "-c", script], cwd=tmp_path, log=lines.append)
    assert lines == [f"{tmp_path.resolve()} 16 1 True"]


def test_a_command_that_dies_by_a_signal_has_the_code_of_a_shell(tmp_path: Path) -> None:
    script = "import os; os.kill(os.getpid(), 11)"
    assert supervise([sys.executable, "-c", script], cwd=tmp_path, log=tmp_path / "log") == 139


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTellError, match="no-such-program was not found"):
        supervise(["no-such-program"], cwd=tmp_path, log=tmp_path / "log")
