"""Two releases of different challengers at once: one wins, the other says who, and all readers agree."""

from __future__ import annotations

import random

from harness.race import one_round
from harness.state import champion, client

SEED = 20261125


def test_five_rounds(pair):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for _ in range(5):
        one_round(pair, chance)


def test_the_loser_is_judged_again_by_its_next_call(pair):
    winner, loser = one_round(pair, random.Random(SEED + 1))
    done = pair[0].call("release", "--version", str(loser.version))
    assert f"judged against purchase/{winner.version}" in done.stdout or "serves on production" in done.stdout
    store = client(pair[0], pair[0].env["MLFLOW_TRACKING_URI"])
    assert champion(store) == loser.version
