"""(a) Start-up: `--help`, and a judging stage answered from a record, against the imports it must make."""

from __future__ import annotations

import sys

from figures import Figures
from measure import in_turns, median, seconds_of
from scene import BIN, ROOT, Scene

ROUNDS = 15
BASELINE = [sys.executable, "-c", "import click, pluggy"]


def measure(scene: Scene, figures: Figures) -> None:
    command = str(BIN / "mlops-ext")
    scene.call("integrate")
    base, help_, integrate = in_turns(
        ROUNDS,
        lambda: seconds_of(BASELINE, ROOT, scene.env),
        lambda: seconds_of([command, "--help"], ROOT, scene.env),
        lambda: scene.call("integrate"),
    )
    figures.time("a", "python -c 'import click, pluggy'", base)
    figures.time("a", "mlops-ext --help", help_, against=base, limit=1.6)
    figures.time("a", "integrate, answered from a record", integrate, against=base)
    figures.below("a", "integrate, answered from a record, seconds", median(integrate), 0.25)
