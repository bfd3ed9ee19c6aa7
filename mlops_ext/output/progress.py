"""What is going on, on stderr: a bar on a terminal, elsewhere a line every half a minute."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from mlops_ext.output.clean import one_line
from mlops_ext.words import lasted

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_SECONDS = 30.0


class Progress:
    """Called with what has just begun."""

    def __init__(self) -> None:
        self._ci = "CI" in os.environ
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not self._ci
        self._bar: Any = None
        self._pulse: _Pulse | None = None

    def __call__(self, message: str) -> None:
        """Say what has just begun."""
        if self._terminal:
            self._bar = self._bar or _bar()
            self._bar(one_line(message))
            return
        if self._pulse is None:
            self._pulse = _Pulse(_write)
            self._pulse.start()
        self._pulse.now(one_line(message), aloud=self._ci)

    def tell(self, message: str) -> None:
        """A line that stays."""
        self.end()
        _write(one_line(message))

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._bar:
            self._bar.end()
        if self._pulse:
            self._pulse.end()
        self._bar = self._pulse = None


class _Pulse(threading.Thread):
    """Says every half a minute what is still going on, so that nobody takes a long step for a dead one."""

    def __init__(self, say: Callable[[str], None], quiet: float = QUIET_SECONDS) -> None:
        super().__init__(daemon=True)
        self._say = say
        self._quiet = quiet
        self._over = threading.Event()
        self._message = ""
        self._since = time.monotonic()

    def now(self, message: str, *, aloud: bool) -> None:
        """What is going on from here."""
        self._message, self._since = message, time.monotonic()
        if aloud:
            self._say(message)

    def run(self) -> None:
        while not self._over.wait(self._quiet):
            self._say(f"{self._message}, {lasted(time.monotonic() - self._since)}")

    def end(self) -> None:
        """Say nothing more."""
        self._over.set()
        self.join()


class _Line:
    """One line that is rewritten, where there is no rich."""

    def __call__(self, message: str) -> None:
        sys.stderr.write(f"\r\x1b[K{message[:79]}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class _Rich:
    """What is going on and for how long, until it ends; then the line is gone."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = SpinnerColumn("line"), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
        # stdout and stderr stay what they are: a tool that keeps them writes to them when it ends.
        self._bar = Bar(
            *columns,
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._bar.start()
        self._task = self._bar.add_task("", total=None)

    def __call__(self, message: str) -> None:
        self._bar.reset(self._task, description=message)

    def end(self) -> None:
        self._bar.stop()


def _bar() -> _Rich | _Line:
    """rich costs 80 ms to import and comes with the tools; nothing here needs it."""
    try:
        return _Rich()
    except ImportError:
        return _Line()


def _write(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
