"""Two releases at once, each from a clone, a home, a cache and a service of its own."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from projects.make import ROOT, Tiny

from harness.kill import LAUNCHER

MOST_MILLISECONDS = 30


@dataclass(frozen=True)
class Ended:
    """A release that ended: of which version, with which code, and what it said."""

    version: int
    code: int
    said: str


def race(pair: tuple[Tiny, Tiny], versions: tuple[int, int], chance: random.Random) -> tuple[Ended, Ended]:
    """Both judge, meet before they append, and go on within a few milliseconds that chance gives."""
    running = [
        _start(mine, other, version, chance.randrange(MOST_MILLISECONDS))
        for mine, other, version in zip(pair, reversed(pair), versions, strict=True)
    ]
    ended = []
    for version, process in zip(versions, running, strict=True):
        said, _ = process.communicate(timeout=300)
        ended.append(Ended(version, process.returncode, said))
    for tiny in pair:
        _here(tiny).unlink(missing_ok=True)
    return ended[0], ended[1]


def _start(mine: Tiny, other: Tiny, version: int, milliseconds: int) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, **mine.env, "PYTHONPATH": path, "HARNESS_PEER": str(_here(other))}
    words: list[str | Path] = [sys.executable, LAUNCHER, _here(mine).with_suffix(".txt"), "meet"]
    words += [str(milliseconds), "release", "--version", str(version)]
    return subprocess.Popen(
        words, cwd=mine.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _here(tiny: Tiny) -> Path:
    return tiny.folder / "meets.here"
