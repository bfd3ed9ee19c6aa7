"""(c) Nothing changed: stages that were just run, against `dvc repro` with nothing to do."""

from __future__ import annotations

from figures import Figures
from measure import in_turns, median
from scene import BIN, Scene

ROUNDS = 3


def measure(scene: Scene, figures: Figures) -> None:
    repro, develop, deliver, release, first, second = in_turns(
        ROUNDS,
        lambda: scene.run(str(BIN / "dvc"), "repro", "-q"),
        lambda: scene.call("develop"),
        lambda: scene.call("deliver", "production"),
        lambda: scene.call("release"),
        lambda: scene.call("integrate", "--force"),
        lambda: scene.call("integrate"),
    )
    figures.time("c", "dvc repro, nothing to do", repro)
    figures.time("c", "develop again", develop, against=repro)
    figures.time("c", "deliver again", deliver, against=repro)
    figures.time("c", "release again", release, against=repro)
    figures.time("c", "integrate, everything asked (--force)", first, against=repro)
    figures.time("c", "integrate again", second, against=repro)
    figures.above("c", "integrate: times faster again", median(first) / median(second), 10)
