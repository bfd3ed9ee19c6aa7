"""Commands killed at durable steps and run again leave what an undisturbed run leaves."""

from __future__ import annotations

import pytest

from harness.kill import one_of_each_kind

FIRST = ("trigger", "--demand", "the first model")
COMMANDS = {
    "deliver": ("integrated", ("deliver", "production"), "delivered"),
    "trigger": ("delivered", FIRST, "registered"),
    "release": ("registered", ("release",), ""),
}
SEED = 20261125


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_one_step_of_each_kind(command, killer, state):
    before, words, after = COMMANDS[command]
    steps, wanted = killer.undisturbed(state(before), words, after)
    print(f"{command}: {len(steps)} durable steps; seed {SEED}")
    for death in one_of_each_kind(steps, SEED):
        assert killer.die(before, words, death) == wanted, str(death)
