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
from harness.state import champion, client, promotions, service

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


def one_round(pair: tuple[Tiny, Tiny], chance: random.Random) -> tuple[Ended, Ended]:
    """Both versions that don't serve are released at once; the winner's and the loser's end."""
    store = client(pair[0], pair[0].env["MLFLOW_TRACKING_URI"])
    before = promotions(store)
    serving = champion(store)
    challengers = [version for version in (1, 2, 3) if version != serving][:2]
    chance.shuffle(challengers)
    ended = race(pair, (challengers[0], challengers[1]), chance)
    told = "\n".join(f"--- {one.version}: {one.code}\n{one.said}" for one in ended)
    assert sorted(one.code for one in ended) == [0, 1], told
    winner, loser = sorted(ended, key=lambda one: one.code)
    assert f"purchase/{winner.version} was promoted since purchase/{loser.version} was judged" in loser.said
    added = promotions(store)[len(before) :]
    assert sorted(target for _, _, target in added) == sorted(challengers), added
    assert len({expected for _, expected, _ in added}) == 1, f"both were judged against one champion: {added}"
    assert min(added)[2] == winner.version
    assert champion(store) == winner.version
    place = pair[0] if ended[0] is winner else pair[1]
    assert service(place) == {"ready": True, "version": winner.version, "promotion": min(added)[0]}
    return winner, loser


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
