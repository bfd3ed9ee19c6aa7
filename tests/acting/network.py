"""A network namespace of the test's own: loopback and nothing else.

The whole thread moves into it, so that it reaches servers that it starts afterwards.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
HERE = Path("/proc/thread-self/ns/net")


@contextmanager
def cut() -> Iterator[bool]:
    """Without a network, or False where this machine does not let us cut it."""
    with suppress(OSError):
        libc = ctypes.CDLL(None, use_errno=True)
        before = os.open(HERE, os.O_RDONLY)
        try:
            if libc.unshare(CLONE_NEWNET) == 0:
                try:
                    _loopback_up()
                    yield True
                finally:
                    _checked(libc.setns(before, CLONE_NEWNET))
                return
        finally:
            os.close(before)
    yield False


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def _checked(code: int) -> None:
    assert code == 0, os.strerror(ctypes.get_errno())
