"""Short, simple children such as git, `dvc status` or uv: never through a shell."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple

from mlops_ext.errors import CouldNotTellError, DeadlineError
from mlops_ext.process.environment import quiet
from mlops_ext.process.redact import without_secrets

TAIL_LINES = 15
Output = Literal["capture", "inherit", "discard"] | Path


class Finished(NamedTuple):
    """How a child ended; a signal is a negative code. Output that was not captured is empty."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    argv: tuple[str, ...] = ()

    def expect(self, *codes: int, hint: str = "") -> Finished:
        """Itself when the code is one of these (by default 0), else `CommandError`."""
        if self.code in (codes or (0,)):
            return self
        raise CommandError(self, hint=hint)


class CommandError(CouldNotTellError):
    """A program ended with a code that nobody expected: the command, the code, the end of its output."""

    def __init__(self, finished: Finished, *, hint: str = "") -> None:
        self.finished = finished
        how = f"exit {finished.code}" if finished.code >= 0 else f"signal {-finished.code}"
        lines = [f"{show(finished.argv)}: {how}", *tail(finished.stderr or finished.stdout)]
        super().__init__("\n  ".join(lines), hint=hint)


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
    stdin: str | None = None,
    output: Output = "capture",
) -> Finished:
    """Run a program to its end and say how it ended; any code is an answer.

    `env` is the whole environment (by default ours). `timeout` is in seconds: then the whole process
    group is killed and `DeadlineError` raised. A path as `output` takes the bytes of stdout as they are.
    """
    words = tuple(str(word) for word in argv)
    begun = time.monotonic()
    with _streams(output) as (out, err):
        child = _start(words, cwd=cwd, env=quiet(env), feed=stdin is not None, out=out, err=err)
        try:
            written = child.communicate(None if stdin is None else stdin.encode(), timeout=timeout)
        except subprocess.TimeoutExpired as expired:
            raise DeadlineError(f"{show(words)} did not end within {timeout:g} s") from expired
        finally:
            _end_group(child)
    stdout, stderr = ((part or b"").decode("utf-8", "replace") for part in written)
    return Finished(child.returncode, stdout, stderr, time.monotonic() - begun, words)


def show(argv: Sequence[str]) -> str:
    """A command as a person would type it, without the secrets in it."""
    return without_secrets(shlex.join(argv))


def tail(text: str) -> list[str]:
    """The last lines of an output, without the secrets in them."""
    return without_secrets(text).rstrip().splitlines()[-TAIL_LINES:]


def not_started(argv: Sequence[str], cwd: Path, error: OSError) -> CouldNotTellError:
    """The error for a program that could not be started."""
    if not cwd.is_dir():
        return CouldNotTellError(f"{show(argv)}: there is no folder {cwd} to run it in")
    if isinstance(error, FileNotFoundError):
        name = argv[0]
        return CouldNotTellError(f"{name} was not found", hint=f"install {name} or put its folder on PATH")
    return CouldNotTellError(f"{argv[0]} can't be started: {error.strerror}")


@contextlib.contextmanager
def _streams(output: Output) -> Iterator[tuple[int | IO[bytes] | None, int | None]]:
    if isinstance(output, Path):
        with output.open("wb") as file:
            yield file, subprocess.PIPE
    elif output == "capture":
        yield subprocess.PIPE, subprocess.PIPE
    else:
        where = None if output == "inherit" else subprocess.DEVNULL
        yield where, where


def _start(
    argv: tuple[str, ...],
    *,
    cwd: Path,
    env: Mapping[str, str],
    feed: bool,
    out: int | IO[bytes] | None,
    err: int | None,
) -> subprocess.Popen[bytes]:
    # A session of its own: one group to kill, and no terminal on which git could ask for a password.
    stdin = subprocess.PIPE if feed else subprocess.DEVNULL
    try:
        return subprocess.Popen(
            argv, cwd=cwd, env=env, stdin=stdin, stdout=out, stderr=err, start_new_session=True
        )
    except OSError as error:
        raise not_started(argv, cwd, error) from error


def _end_group(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        _wait_for_empty_group(child.pid)
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _wait_for_empty_group(group: int) -> None:
    # A killed process ends a moment later; a zombie that nobody collects would keep us here for ever.
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        os.killpg(group, 0)
        time.sleep(0.005)
