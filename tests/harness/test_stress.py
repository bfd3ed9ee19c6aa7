"""The second tier: a kill before and after every durable step, and a hundred races."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from statistics import median

import pytest

from harness.figures import keep
from harness.kill import every
from harness.race import one_round

ROUNDS = int(os.environ.get("MLOPS_EXT_ROUNDS", "100"))
COMMANDS = {
    "deliver": ("integrated", ("deliver", "production")),
    "trigger": ("delivered", ("trigger", "--demand", "the first model")),
    "release": ("challenged", ("release",)),
}


@pytest.mark.stress
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_before_and_after_every_step(command, killer, state):
    before, words = COMMANDS[command]
    steps, wanted = killer.undisturbed(state(before), words)
    differ = {str(death): killer.die(before, words, death) for death in every(steps)}
    differ = {name: left for name, left in differ.items() if left != wanted}
    kinds = Counter(step.kind for step in steps)
    numbers = {"steps": len(steps), "kills": 2 * len(steps), "different": len(differ), "kinds": kinds}
    print(command, numbers)
    keep(f"kills-{command}", numbers, kinds, f"{command}: durable steps, each killed before and after")
    assert not differ


@pytest.mark.stress
def test_a_hundred_races(pair):
    seed = int(os.environ.get("MLOPS_EXT_SEED", time.time()))
    print(f"seed {seed}")
    chance = random.Random(seed)
    winners: Counter[str] = Counter()
    seconds = []
    for _ in range(ROUNDS):
        started = time.monotonic()
        winner, _ = one_round(pair, chance)
        winners[f"version {winner.version}"] += 1
        seconds.append(time.monotonic() - started)
    numbers = {
        "rounds": ROUNDS,
        "seed": seed,
        "winners": winners,
        "median seconds": round(median(seconds), 1),
    }
    assert sum(winners.values()) == ROUNDS
    keep("races", numbers, winners, f"{ROUNDS} races of two releases over HTTP: who won")
