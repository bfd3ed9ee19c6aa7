"""What is going on, on stderr: one line that is rewritten on a terminal, quiet lines elsewhere."""

from __future__ import annotations

import os
import sys
import time

from mlops_ext.output.clean import clean

QUIET_SECONDS = 30.0


class Progress:
    """Called with what has just begun; in CI a line each, elsewhere one after half a minute of silence."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and "CI" not in os.environ
        self._last = time.monotonic()
        self._shown = False

    def __call__(self, message: str) -> None:
        """Say what has just begun."""
        if self._terminal:
            self._shown = True
            sys.stderr.write(f"\r\x1b[K{clean(message)[:100]}")
            sys.stderr.flush()
        elif time.monotonic() - self._last > QUIET_SECONDS or "CI" in os.environ:
            self._last = time.monotonic()
            sys.stderr.write(f"{clean(message)}\n")

    def tell(self, message: str) -> None:
        """A line that stays."""
        self.end()
        self._shown, self._last = False, time.monotonic()
        sys.stderr.write(f"{clean(message)}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
