"""What a person sees: a real terminal of 80 columns, the bar, the colours, and what stays at the end."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

from projects.make import Tiny

SGR = re.compile(r"\x1b\[[0-9;]*m")


def on_a_terminal(tiny: Tiny, *words: str, **env: str) -> list[str]:
    """The lines that stay on the screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    without = {name: value for name, value in os.environ.items() if name not in ("CI", "COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-m", "mlops_ext", *words],
        cwd=tiny.root,
        env={**without, **tiny.env, "TERM": "xterm", **env},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        told = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            told += part
    os.close(ours)
    assert child.returncode == 0
    # What was rewritten or taken away is not there any more.
    kept = re.split(r"\x1b\[2K|\r\x1b\[K", told.decode())[-1]
    return kept.replace("\r\n", "\n").splitlines()


def test_the_screen_is_ours_alone_and_fits(tiny: Tiny) -> None:
    lines = on_a_terminal(tiny, "integrate")
    plain = [SGR.sub("", line) for line in lines]
    shown = [line for line in plain if line]
    assert shown[0].startswith("passed   mlops-ext ")
    assert re.fullmatch(r"  next    mlops-ext \w+.*", shown[-1])
    assert max(len(line) for line in plain) <= 80
    assert len(plain) <= 24
    assert not any("\x1b" in line for line in plain)
    assert lines[0].startswith("\x1b[32mpassed  \x1b[0m mlops-ext ")


def test_without_colour_there_is_none(tiny: Tiny) -> None:
    lines = on_a_terminal(tiny, "integrate", NO_COLOR="1")
    screen = "\n".join(lines)
    assert "passed   mlops-ext " in screen
    # A library under DVC resets the colours of every terminal when the process ends.
    assert not SGR.search(screen.removesuffix("\x1b[0m"))
