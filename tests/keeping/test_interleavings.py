"""Two workflows on the kept store at once: nothing is lost and nothing is doubled, whoever dies when."""

from __future__ import annotations

import random

from keeping.interleave import interleave

SEED = 20261125


def test_two_processes_take_turns_and_one_dies_while_it_holds_the_lease(s3_team):
    # Ten turns, since the dead one had its own.
    lanes = interleave(s3_team, turns=9, deaths=1, chance=random.Random(SEED))
    assert sum(lane.waited for lane in lanes) > 0
    assert [len(lane.died) for lane in lanes] == [1, 0]
    assert any(line.startswith("take over from") for line in s3_team.log())
