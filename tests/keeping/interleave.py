"""Two lanes of work on one kept store at the same time, with processes that die on the way."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from keeping.look import look
from keeping.team import Process, Team

MOST_SECONDS = 600
UNITS = 10  # of one process
STEPS = 12  # of a unit, at least


@dataclass
class Lane:
    """Units that one runner after another does; where a process dies, the next runner goes on."""

    units: list[str]
    deaths: int
    died: list[str] = field(default_factory=list)
    lost: int = 0
    waited: int = 0


def interleave(team: Team, turns: int, deaths: int, chance: random.Random) -> tuple[Lane, Lane]:
    """`turns` units in two lanes; what is kept in the end is all of it, once."""
    half = turns // 2
    lanes = (
        Lane([f"a{number}" for number in range(half)], deaths - deaths // 2),
        Lane([f"b{number}" for number in range(turns - half)], deaths // 2),
    )
    seeds = [chance.randrange(2**32) for _ in lanes]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda lane, seed: _run(team, lane, random.Random(seed)), lanes, seeds))
    _require_all_once(team, lanes)
    return lanes


def _run(team: Team, lane: Lane, chance: random.Random) -> None:
    left, clone = list(lane.units), team.clone()
    while left:
        number = chance.randrange(2, STEPS * _apart(lane, left)) if lane.deaths > len(lane.died) else 0
        mode = chance.choice(("before", "after"))
        code, lines = _ends(team.start(clone, left[:UNITS], mode, number))
        kept = [line.removeprefix("kept ") for line in lines if line.startswith("kept ")]
        left = [unit for unit in left if unit not in kept]
        lane.lost += sum(line.startswith("lost ") for line in lines)
        lane.waited += sum(line.startswith("waiting ") for line in lines)
        if code:
            assert code == -9, lines
            lane.died.append(f"{mode} step {number}")
            # On hosted runners whatever the process left behind is gone; on others it is found again.
            clone = team.clone() if chance.random() < 0.7 else clone


def _ends(process: Process) -> tuple[int, list[str]]:
    """How a process ended and what it said; none outlives the test."""
    try:
        said, _ = process.communicate(timeout=MOST_SECONDS)
    finally:
        process.kill()
    return process.returncode, said.splitlines()


def _apart(lane: Lane, left: list[str]) -> int:
    """How many units one process does at most, if all that still have to die do so."""
    return min(UNITS, max(1, len(left) // (lane.deaths - len(lane.died) + 1)))


def _require_all_once(team: Team, lanes: tuple[Lane, ...]) -> None:
    units = {unit: 1 for lane in lanes for unit in lane.units}
    kept = look(team)
    assert kept.runs == units
    assert kept.files == units
    assert kept.records == units
    assert kept.open_intents == []
    assert not kept.leased
