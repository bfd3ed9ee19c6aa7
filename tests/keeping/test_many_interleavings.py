"""The second tier: two hundred turns of two workflows, a tenth of which end with the death of the process."""

from __future__ import annotations

import os
import random
import time

import pytest
from harness.figures import keep

from keeping.interleave import interleave

TURNS = int(os.environ.get("MLOPS_EXT_TURNS", "200"))


@pytest.mark.stress
def test_two_hundred_turns(s3_team):
    seed = int(os.environ.get("MLOPS_EXT_SEED", time.time()))
    deaths = TURNS // 10
    print(f"seed {seed}")
    started = time.monotonic()
    lanes = interleave(s3_team, turns=TURNS - deaths, deaths=deaths, chance=random.Random(seed))
    log = s3_team.log()
    numbers = {
        "turns": sum(line.startswith("take") for line in log),
        "units kept once": sum(len(lane.units) for lane in lanes),
        "processes killed": sum(len(lane.died) for lane in lanes),
        "leases taken over": sum("take over from" in line for line in log),
        "leases lost and told so": sum(lane.lost for lane in lanes),
        "times one waited for the other": sum(lane.waited for lane in lanes),
        "commits of the ref": len(log),
        "seconds": round(time.monotonic() - started),
        "seed": seed,
    }
    print(numbers)
    bars = {name: count for name, count in numbers.items() if name not in ("seed", "seconds")}
    keep("kept-store", numbers, bars, "two workflows on one kept store: Git over HTTP, S3 stand-in")
    assert numbers["turns"] >= TURNS
    assert numbers["processes killed"] == deaths
    assert numbers["leases taken over"] > 0
    assert numbers["times one waited for the other"] > 0
