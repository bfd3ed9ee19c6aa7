"""Hand the output of a child to a function, line by line, while we wait for the child."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO

from mlops_ext.process.redact import without_secrets

LAST_LINES = 5.0


def deliver_lines(stream: IO[bytes] | None, receive: Callable[[str], object]) -> Callable[[], None]:
    """Start reading; what is returned waits for the last line and raises what `receive` raised first."""
    if stream is None:
        raise ValueError("the child's output is no pipe")
    failures: list[Exception] = []

    def read() -> None:
        with stream:
            for raw in stream:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                if not failures:
                    _hand_over(receive, without_secrets(line), failures)

    thread = threading.Thread(target=read, name="child-output", daemon=True)
    thread.start()

    def finish() -> None:
        thread.join(LAST_LINES)
        if failures:
            raise failures[0]

    return finish


def _hand_over(receive: Callable[[str], object], line: str, failures: list[Exception]) -> None:
    # The pipe is read on after a failure: a full one would stop the child for good.
    try:
        receive(line)
    except Exception as error:  # noqa: BLE001 - raised again in the thread that waits
        failures.append(error)
