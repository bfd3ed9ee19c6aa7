"""The signals that mean "end now": Ctrl-C, a polite kill, and a terminal that goes away.

An interrupt is an exception, and who calls a tool can't rely on exceptions: a library turns it into an
error of its own, swallows it, or waits for a lock that is not given back. So it is kept, and said again.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 3.0
_came: list[int] = []


def ending() -> tuple[signal.Signals, ...]:
    """INT, TERM, and HUP unless we were told to stay, as `nohup` does."""
    stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM) if stays else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def treat_alike() -> None:
    """All of them raise `KeyboardInterrupt` in the main thread, every few seconds until `done`."""
    if threading.current_thread() is not threading.main_thread():
        return
    done()
    for number in (*ending(), signal.SIGALRM):
        signal.signal(number, _interrupt)


def came() -> bool:
    """Whether we were asked to end, whatever became of the exception that said so."""
    return bool(_came)


def require_none() -> None:
    """Raise the interrupt again that somebody did not let through."""
    if _came:
        raise KeyboardInterrupt


@contextmanager
def put_off() -> Iterator[None]:
    """What came is heard again afterwards. What comes meanwhile is heard at once."""
    before = tuple(_came)
    done()
    try:
        yield
    finally:
        _came.extend(before)


def done() -> None:
    """It has reached the end of the command."""
    _came.clear()
    if threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_REAL, 0)


def leave(code: int) -> None:
    """From now on end at once: the answer is given, and Python only cleans up.

    An interrupt that went through an `exec` of text (as of a dataclass) makes CPython kill itself by INT at
    the end, though it was caught; the next `exec` forgets that.
    """
    done()
    exec("")  # noqa: S102
    for number in ending():
        signal.signal(number, lambda *_: os._exit(code))


def _interrupt(number: int, _frame: FrameType | None) -> None:
    _came.append(number)
    signal.setitimer(signal.ITIMER_REAL, AGAIN)
    raise KeyboardInterrupt
