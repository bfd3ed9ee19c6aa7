"""One deployment to a folder at a time; the kernel gives the turn back when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from mlops_ext.errors import CouldNotTellError

FILE = ".deploying"
PAUSE = 0.1


@contextmanager
def turn(folder: Path, wait: float) -> Iterator[None]:
    """Hold the folder while the block runs; CouldNotTellError names the holder after `wait` seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE).open("a+", encoding="utf-8") as file:
        _take(file, time.monotonic() + wait)
        _sign(file, {"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%F %T %z")})
        try:
            yield
        finally:
            file.truncate(0)


def _take(file: TextIO, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise _held(file) from None
            time.sleep(PAUSE)
        else:
            return


def _sign(file: TextIO, holder: dict[str, object]) -> None:
    file.truncate(0)
    file.write(json.dumps(holder))
    file.flush()


def _held(file: TextIO) -> CouldNotTellError:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        who = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return CouldNotTellError(
        f"the target is being deployed to by {who}", where=file.name, hint="wait for it to end, and try again"
    )
