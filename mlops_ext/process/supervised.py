"""Long children that run a team's code: under a supervisor, so that they never outlive us."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from mlops_ext.errors import DeadlineError, InterruptedByUser
from mlops_ext.process.environment import RUN_MARKS, quiet
from mlops_ext.process.lines import deliver_lines
from mlops_ext.process.orphans import end_run, name_of_us
from mlops_ext.process.short import not_started, show
from mlops_ext.signals import ending

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LAST_PATIENCE = 10.0
# Within 5 s of the first word all is over; the runs in the store have to be closed after this.
GRACE = 2.5
Line = Callable[[str], object]


class Command(NamedTuple):
    """What `supervise_all` runs: the words and the rest of what `supervise` takes."""

    argv: tuple[str, ...]
    cwd: Path
    log: Path | Line
    env: Mapping[str, str] | None = None
    root: Path | None = None


def supervise(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    log: Path | Line,
    grace: float = GRACE,
    deadline: float | None = None,
    root: Path | None = None,
) -> int:
    """Run a command to its end and return its code; nothing of it is left afterwards, whatever happens.

    `log` is a file that output is appended to, or is called with each line. `deadline` is in seconds:
    then `DeadlineError`. INT, TERM or HUP to us while the main thread waits here: `InterruptedByUser`.
    `root` (by default `cwd`) is the project in which `sweep_orphans` looks for what is left after a kill
    of us and the supervisor at once.
    """
    command = Command(tuple(map(str, argv)), cwd, log, env, root)
    return supervise_all([command], grace=grace, deadline=deadline)[0]


def supervise_all(
    commands: Sequence[Command], *, grace: float = GRACE, deadline: float | None = None
) -> list[int]:
    """Run commands side by side to their ends, each under a supervisor; their codes in the same order.

    One deadline and one interrupt are for all of them; nothing of any is left afterwards.
    """
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(_started(command, grace)) for command in commands]
        return _ends(started, deadline)


@contextlib.contextmanager
def supervised(command: Command, *, grace: float = GRACE) -> Iterator[Supervised]:
    """The same for one command that we do something beside: told to go on by a line, ended when left."""
    with _started(command, grace, subprocess.PIPE) as supervisor:
        yield Supervised(supervisor)


class Supervised:
    """A command while it runs."""

    def __init__(self, supervisor: _Supervisor) -> None:
        self._supervisor = supervisor

    @property
    def ended(self) -> bool:
        """Whether it and all that it started are gone."""
        return self._supervisor.ended

    def tell(self, line: str) -> None:
        """One line on its stdin, which then ends; harmless when it is gone already."""
        self._supervisor.tell(line)

    def wait(self, deadline: float | None = None) -> int:
        """Its code when it has ended, as `supervise` says."""
        return _ends([self._supervisor], deadline)[0]


def _started(command: Command, grace: float, stdin: int = subprocess.DEVNULL) -> _Supervisor:
    whole = _marked(quiet(command.env), command.root or command.cwd)
    _require(command.argv, command.cwd, whole)
    return _Supervisor(command, whole, grace, stdin)


def _ends(started: Sequence[_Supervisor], deadline: float | None) -> list[int]:
    def stop() -> None:
        for one in started:
            one.stop()

    until = None if deadline is None else time.monotonic() + deadline
    with _signals(stop) as interrupted:
        codes = [one.wait(None if until is None else max(0.0, until - time.monotonic())) for one in started]
    shown = " | ".join(show(one.argv) for one in started)
    if interrupted:
        raise InterruptedByUser(f"{shown} was interrupted; its processes are gone")
    if None in codes:
        raise DeadlineError(f"{shown} did not end within {deadline:g} s; its processes are gone")
    return [code for code in codes if code is not None]


class _Supervisor:
    """The supervisor's process and the end of the pipe that only we hold."""

    def __init__(self, command: Command, env: dict[str, str], grace: float, stdin: int) -> None:
        self.argv = command.argv
        self._grace = grace
        self._run = env["MLOPS_RUN"]
        reader, self._control = os.pipe()
        words = [sys.executable, "-S", "-E", str(SUPERVISOR), str(reader), str(grace), *command.argv]
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, reader)
            log = command.log
            lines = None if isinstance(log, Path) else log
            out = stack.enter_context(log.open("ab")) if isinstance(log, Path) else subprocess.PIPE
            self._process = subprocess.Popen(
                words,
                cwd=command.cwd,
                env=env,
                stdin=stdin,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=(reader,),
                start_new_session=True,
            )
        self._lines = deliver_lines(self._process.stdout, lines) if lines else None

    @property
    def ended(self) -> bool:
        """Whether the supervisor has ended, which it does last."""
        return self._process.poll() is not None

    def tell(self, line: str) -> None:
        """Write to the command's stdin and close it."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(OSError), self._process.stdin as stdin:
                stdin.write(f"{line}\n".encode())

    def stop(self) -> None:
        """Ask for the end, a second time for it at once; harmless when it has come already."""
        with contextlib.suppress(OSError):
            os.write(self._control, b"s")

    def wait(self, deadline: float | None) -> int | None:
        """The command's code; None when the deadline came first."""
        late = not self._ended(deadline)
        if late:
            self.stop()
            self._ended(self._grace + LAST_PATIENCE)
        return None if late else self._process.returncode

    def _ended(self, seconds: float | None) -> bool:
        until = None if seconds is None else time.monotonic() + seconds
        while until is None or time.monotonic() < until:
            left = None if until is None else max(0.0, until - time.monotonic())
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_until_ended(self._process.pid, left))
                return True
        return False

    def __enter__(self) -> _Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self.stop()
            self._ended(self._grace + LAST_PATIENCE)
        if self._process.returncode is None or self._process.returncode < 0:
            self._end_without_supervisor()
        os.close(self._control)
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        if self._lines:
            self._lines()

    def _end_without_supervisor(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        end_run(self._run)


def _until_ended(pid: int, seconds: float | None) -> float | None:
    """Wait where the system tells of an end at once, as Popen with a limit does not; the seconds left."""
    began = time.monotonic()
    if seconds is not None and hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError, ValueError):
            descriptor = os.pidfd_open(pid)
            try:
                select.select([descriptor], [], [], seconds)
            finally:
                os.close(descriptor)
    return None if seconds is None else max(0.0, seconds - (time.monotonic() - began))


def _marked(env: dict[str, str], root: Path) -> dict[str, str]:
    kept = {name: value for name, value in env.items() if name not in RUN_MARKS}
    own = {
        "MLOPS_RUN": os.urandom(8).hex(),
        "MLOPS_ROOT": os.path.realpath(root),
        "MLOPS_OWNER": name_of_us(),
    }
    return {**kept, **own}


def _require(argv: tuple[str, ...], cwd: Path, env: Mapping[str, str]) -> None:
    program = argv[0]
    found = cwd / program if os.sep in program else shutil.which(program, path=env.get("PATH"))
    if not cwd.is_dir() or not found or not os.path.exists(found):
        raise not_started(argv, cwd, FileNotFoundError())


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[list[int]]:
    """Turn what ends us into one word to the supervisor; yields what came."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def handle(number: int, _: FrameType | None) -> None:
        came.append(number)
        stop()

    before = {number: signal.signal(number, handle) for number in ending()}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


@contextlib.contextmanager
def shielded() -> Iterator[None]:
    """What ends us does nothing meanwhile: for the few writes that say how something ended."""
    with _signals(lambda: None):
        yield
