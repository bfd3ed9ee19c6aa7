"""Keep a service running: `python -m mlops_ext_serve.control.supervisor FOLDER COMMAND...`.

It starts the command again, later each time, when it dies; it ends when the command ends with 0 or says
with 2 that its settings can't work, and on TERM, which it hands on.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from mlops_ext import process
from mlops_ext_serve.place import Place
from mlops_ext_serve.serving.address import Supervisor, read_address, write

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
LONG_ENOUGH = 60.0
FINAL = (0, 2)


class Keeper:
    """The loop, and the one service that runs at a time."""

    def __init__(self, place: Place, command: list[str]) -> None:
        self._place = place
        self._command = command
        self._child = 0
        self._end = threading.Event()

    def stop(self, _: int, __: FrameType | None) -> None:
        """End the service and then ourselves."""
        self._end.set()
        if self._child:
            os.kill(self._child, signal.SIGTERM)

    def run(self) -> int:
        """Restart until a final word; the service's last exit code, or 0 when we were told to end."""
        self._adopt()
        pause = FIRST_PAUSE
        while not self._end.is_set():
            begun = time.monotonic()
            code = self._once()
            if self._end.is_set() or code in FINAL:
                return 0 if self._end.is_set() else code
            pause = FIRST_PAUSE if time.monotonic() - begun > LONG_ENOUGH else min(pause * 2, LONGEST_PAUSE)
            print(f"the service ended with {code}, it starts again in {pause:g} s", flush=True)  # noqa: T201
            self._end.wait(pause)
        return 0

    def _once(self) -> int:
        self._child = process.start_detached(self._command, cwd=Path.cwd(), env=None, log=self._place.output)
        if self._end.is_set():  # the word to end came while it started
            os.kill(self._child, signal.SIGTERM)
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def _adopt(self) -> None:
        # A service that outlived its supervisor goes on; we take over when it ends.
        address = read_address(self._place)
        while address is not None and address.alive and not self._end.is_set():
            self._end.wait(0.2)
        if address is not None and address.alive:
            process.stop(address.pid, since=address.since)


def main(argv: list[str]) -> int:
    """Supervise the command in this folder, unless somebody does."""
    place = Place(Path(argv[1]))
    place.folder.mkdir(parents=True, exist_ok=True)
    with (place.folder / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        keeper = Keeper(place, argv[2:])
        signal.signal(signal.SIGTERM, keeper.stop)
        signal.signal(signal.SIGINT, keeper.stop)
        write(place.supervisor, Supervisor(pid=os.getpid(), since=process.started(os.getpid()) or ""))
        return keeper.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
