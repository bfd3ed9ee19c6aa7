"""(b) A retraining: trigger, release and monitor --html, against the hand-glued script, on the same feeds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
from figures import Figures
from measure import in_turns
from scene import BIN, PYTHON, TABLE, UNTIL, WEEK, Scene
from serving import fill_window

from traffic import week

ROUNDS = 3
ASKED = 2000
# Whether the window is well is not the question: drift ends monitor with 1.
WELL = (0, 1)
HERE = Path(__file__).parent
STAGES = (
    ("trigger", "--demand", "newer data"),
    ("release",),
    ("monitor", "--as-of", WEEK, "--html", "--force"),
)


def measure(scene: Scene, hand: Scene, figures: Figures) -> None:
    flights, window = week(TABLE, UNTIL, ASKED), hand.folder / "window.parquet"
    fill_window(scene, flights)
    flights.to_parquet(window, index=False)
    _by_hand(hand, window)
    days = iter(
        pd.date_range(UNTIL, periods=ROUNDS + 2, freq="D", tz="UTC").strftime("%Y-%m-%d").tolist()[1:]
    )
    times: dict[str, list[float]] = {stage[0]: [] for stage in STAGES}

    def ours() -> float:
        for stage in STAGES:
            times[stage[0]].append(scene.call(*stage, code=WELL if stage[0] == "monitor" else 0))
        return sum(times[stage[0]][-1] for stage in STAGES)

    glue, stages = [], []
    for _ in range(ROUNDS):
        day = next(days)
        for place in (scene, hand):
            feed(place, day)
        (one,), (other,) = in_turns(1, lambda: _by_hand(hand, window), ours)
        glue.append(one)
        stages.append(other)
    figures.time("b", "by_hand.py", glue)
    figures.time("b", "trigger + release + monitor --html", stages, against=glue, limit=1.5)
    for name, values in times.items():
        figures.time("b", f"  {name}", values, against=glue)
    feed(scene, next(days))
    figures.shares = {stage[0]: _shares(scene, stage) for stage in STAGES}


def feed(place: Scene, now: str) -> None:
    """What has arrived by a day, as the demo's feed brings it."""
    words = [sys.executable, str(HERE.parents[1] / "docs/examples/flights_demo/feed.py"), str(TABLE)]
    subprocess.run([*words, str(place.folder / "feed"), "--now", now], check=True, capture_output=True)


def _by_hand(hand: Scene, window: Path) -> float:
    words = [str(BIN / "python"), str(HERE / "by_hand.py"), "--feed", str(hand.folder / "feed")]
    return hand.run(*words, "--window", str(window), "--python", str(PYTHON))


def _shares(scene: Scene, stage: tuple[str, ...]) -> dict[str, float]:
    out = scene.folder / f"shares-{stage[0]}.json"
    began = time.perf_counter()
    scene.run(str(BIN / "python"), str(HERE / "shares.py"), str(out), *stage, code=WELL)
    found: dict[str, float] = json.loads(out.read_text())
    # Starting and ending the interpreter.
    found["ours"] += time.perf_counter() - began - found.pop("seconds")
    return found
