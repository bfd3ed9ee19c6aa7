"""Two releases of different challengers at once: one wins, the other says who, and all readers agree."""

from __future__ import annotations

import random

from harness.race import one_round
from harness.state import champion, client, promotions

SEED = 20261125


def test_five_rounds_and_the_loser_is_judged_again_by_its_next_call(pair):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    winner, loser = one_round(pair, chance)
    done = pair[0].call("release", "--version", str(loser.version))
    assert f"purchase/{loser.version} serves on production" in done.stdout
    store = client(pair[0], pair[0].env["MLFLOW_TRACKING_URI"])
    assert champion(store) == loser.version
    log = promotions(store)
    won = next(number for number, _, version in log if version == winner.version)
    assert log[-1][1:] == (won, loser.version), "it was judged against the one that won"
    for _ in range(4):
        one_round(pair, chance)
