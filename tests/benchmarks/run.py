"""All benchmarks, in one run: `make bench`.

Usage: python run.py [--only a,c]
"""

from __future__ import annotations

import argparse
import sys
import time

import glue
import nothing
import overhead
import serving
import startup
import validation
from figures import Figures
from scene import BUILD, ROOT, Scene

FOLDER = BUILD / "bench"
ALONE = {"e": lambda figures: overhead.measure(FOLDER, figures), "f": validation.measure}
PARTS = ("a", "b", "c", "d", *ALONE)


def main() -> int:
    parser = argparse.ArgumentParser(description="All benchmarks, in one run")
    parser.add_argument("--only", default=",".join(PARTS), help="parts; the others keep their figures")
    parts = parser.parse_args().only.split(",")
    began, figures = time.monotonic(), Figures()
    for part in (part for part in ALONE if part in parts):
        figures.begin(part)
        ALONE[part](figures)
    if set(parts) - set(ALONE):
        on_flights(parts, figures)
    print(f"\n{time.monotonic() - began:.0f} s")
    figures.write(ROOT / "docs" / "figures")
    print((ROOT / "docs" / "figures" / "benchmarks.md").read_text())
    return 0


def on_flights(parts: list[str], figures: Figures) -> None:
    """The parts that need a version in service."""
    scene = Scene(FOLDER / "ours")
    try:
        first_version(scene)
        for part, work in (
            ("a", lambda: startup.measure(scene, figures)),
            ("c", lambda: nothing.measure(scene, figures)),
            ("d", lambda: serving.measure(scene, figures)),
            ("b", lambda: glue.measure(scene, Scene(FOLDER / "hand"), figures)),
        ):
            if part in parts:
                figures.begin(part)
                work()
    finally:
        scene.call("stop", "production", code=None)


def first_version(scene: Scene) -> None:
    """From an experiment to a service, as in the demo; gates so wide that nothing timed is refused."""
    settings = scene.repository / "pyproject.toml"
    text = settings.read_text()
    settings.write_text(
        text.replace(
            'slices = ["origin"]', 'slices = ["origin"]\npolicy = "not-worse"\nmargin = 0.5'
        ).replace("runs = 3", "runs = 1")
    )
    steps = [
        ("develop",),
        ("integrate",),
        ("deliver", "pre-production"),
        ("trigger", "--target", "pre-production", "--demand", "trial"),
        ("approve", "production"),
        ("deliver", "production"),
        ("trigger", "--demand", "the first model"),
        ("release",),
    ]
    for number, words in enumerate(steps):
        taken = scene.call(*words)
        print(f"{taken:6.1f} s  mlops-ext {' '.join(words)}", flush=True)
        if number == 0:
            scene.commit("The first model's pipeline")


if __name__ == "__main__":
    sys.exit(main())
