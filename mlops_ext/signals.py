"""The signals that mean "end now": Ctrl-C, a polite kill, and a terminal that goes away."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def ending() -> tuple[signal.Signals, ...]:
    """INT, TERM, and HUP unless we were told to stay, as `nohup` does."""
    stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return (signal.SIGINT, signal.SIGTERM) if stays else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def treat_alike() -> None:
    """All of them raise `KeyboardInterrupt` in the main thread."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in ending():
            signal.signal(number, interrupt)
