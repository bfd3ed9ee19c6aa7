"""Frames between us and a worker: four bytes of length, big-endian, then JSON."""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Mapping
from typing import IO, Any

import msgspec

from mlops_ext.errors import DeadlineError

HEAD = struct.Struct(">I")


def send(stream: IO[bytes], message: Mapping[str, Any], timeout: float) -> None:
    """Write one frame; `DeadlineError` when the other side does not read it in time."""
    body = msgspec.json.encode(message)
    left = memoryview(HEAD.pack(len(body)) + body)
    descriptor = stream.fileno()
    os.set_blocking(descriptor, False)
    until = time.monotonic() + timeout
    while left:
        _wait(descriptor, select.POLLOUT, until)
        left = left[os.write(descriptor, left) :]


def receive(stream: IO[bytes], timeout: float) -> dict[str, Any] | None:
    """Read one frame; None when the stream ended, `DeadlineError` when nothing came in time."""
    until = time.monotonic() + timeout
    head = _exactly(stream.fileno(), HEAD.size, until)
    body = None if head is None else _exactly(stream.fileno(), HEAD.unpack(head)[0], until)
    return None if body is None else msgspec.json.decode(body, type=dict[str, Any])


def _exactly(descriptor: int, size: int, until: float) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        _wait(descriptor, select.POLLIN, until)
        part = os.read(descriptor, size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _wait(descriptor: int, event: int, until: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise DeadlineError("the worker did not answer in time")
