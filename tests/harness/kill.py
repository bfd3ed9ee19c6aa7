"""Kill a command at a durable step, run it again, and compare what is left with an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from projects.make import ROOT, Tiny

from harness.arena import Arena

LAUNCHER = Path(__file__).with_name("launcher.py")
MODES = ("before", "after")


@dataclass(frozen=True)
class Step:
    """A durable step of a command: its place among them from 1, its kind, and who asked for it."""

    number: int
    kind: str
    caller: str


@dataclass(frozen=True)
class Death:
    """One kill: at which step, before or after it."""

    step: Step
    mode: str

    def __str__(self) -> str:
        return f"{self.mode} step {self.step.number} ({self.step.kind}, {self.step.caller})"


class Killer:
    """Runs commands of the project in the arena, and kills them."""

    def __init__(self, arena: Arena, look: Callable[[Tiny], Any], scratch: Path) -> None:
        self.arena = arena
        self.look = look
        self.file = scratch / "steps.txt"
        self.said = ""

    def undisturbed(self, state: str, words: tuple[str, ...], after: str = "") -> tuple[list[Step], Any]:
        """All durable steps of a command that starts from a saved state, and what it leaves.

        That is saved as the state `after`, so that nobody has to make it again.
        """
        self.arena.restore(state)
        assert self.run(words) == 0, self.said
        left = self.look(self.arena.tiny)
        if after and not self.arena.has(after):
            self.arena.save(after)
        return self.steps(), left

    def die(self, state: str, words: tuple[str, ...], death: Death) -> Any:
        """From a saved state: killed once, then run again to its end; what is left."""
        self.arena.restore(state)
        code = self.run(words, death.mode, death.step.number)
        assert code == -signal.SIGKILL, f"{death}: ended with {code}\n{self.said}"
        assert self.run(words) == 0, f"after the kill {death}:\n{self.said}"
        return self.look(self.arena.tiny)

    def run(self, words: tuple[str, ...], mode: str = "before", number: int = 0) -> int:
        """The command under the launcher; its exit code."""
        self.file.unlink(missing_ok=True)
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, LAUNCHER, self.file, mode, str(number), *words],
            cwd=self.arena.tiny.root,
            env={**os.environ, **self.arena.tiny.env, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def steps(self) -> list[Step]:
        """The durable steps of the last call."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [Step(number, *line.split(" ", 1)) for number, line in enumerate(lines, start=1)]


def one_of_each_kind(steps: Iterable[Step], seed: int) -> list[Death]:
    """A death for each kind of step, at a step and in a mode that the seed chooses."""
    chance = random.Random(seed)
    kinds: dict[str, list[Step]] = {}
    for step in steps:
        kinds.setdefault(step.kind, []).append(step)
    return [Death(chance.choice(mine), chance.choice(MODES)) for _, mine in sorted(kinds.items())]


def every(steps: Iterable[Step]) -> list[Death]:
    """A death before and one after every step."""
    return [Death(step, mode) for step in steps for mode in MODES]
