"""Whatever a job writes in the form of an answer becomes a comment: well-formed, short enough, and drawn."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import msgspec
import pytest
from comment.told_by import CHAMPION, JOB, RICH, SLICES, charts_in, seen
from outcomes import HOSTILE, SUITE, TESTS, UNREAD, outcome

from mlops_ext.comment.body import review
from mlops_ext.comment.section import LIMIT
from mlops_ext.comment.told import Told, record_of, viewed
from mlops_ext.output.machine import Result, result

TEXTS = (
    "",
    "|",
    "\\",
    "`",
    "\n\n# x\n",
    "<!--",
    "-->",
    "x" * 2000,
    "slice:a",
    "metric:auc",
    "a/b.py:3",
    HOSTILE,
)
WHOLE = (0, -1, 1, 2**63 - 1, 2**64 - 1)
FRACTIONS = (0.0, -1e308, 1e308, 5e-324, 0.1, -0.0, 1e13)
VERDICTS = ("pass", "fail", "error", "misconfigured")


def changed(value: Any, chance: float, dice: random.Random) -> Any:
    """The same form with other contents."""
    if isinstance(value, dict):
        return {name: changed(one, chance, dice) for name, one in value.items()}
    if isinstance(value, list):
        return [changed(one, chance, dice) for one in value] * dice.choice((0, 1, 1, 1, 1, 1, 1, 3))
    if isinstance(value, bool) or value is None or dice.random() > chance:
        return value
    kinds = {str: TEXTS, int: WHOLE, float: FRACTIONS}
    return dice.choice(kinds[type(value)])


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.5])
def test_any_answer_becomes_a_comment(chance: float) -> None:
    said = result(outcome(SUITE, TESTS, SLICES, UNREAD, comparison=RICH, notes=("a", "b")))
    plain = json.loads(msgspec.json.encode(said))
    for seed in range(40):
        dice = random.Random(seed)
        other = changed(plain, chance, dice) | {"stage": "integrate", "verdict": dice.choice(VERDICTS)}
        answer = msgspec.json.decode(json.dumps(other), type=Result)
        shown = review(
            Told(
                job=JOB,
                marker="<!-- mlops-ext:integrate x -->",
                view=viewed(answer),
                record=record_of(answer),
                champion=CHAMPION,
                metric="roc_auc",
            )
        )
        page = seen(shown.body)
        assert len(shown.body.encode()) <= LIMIT
        assert page.tags.count("details") == page.tags.count("summary") == shown.body.count("\n</details>\n")
        assert page.tags.count("h3") == 1
        assert page.within == []
        for chart in charts_in(shown.body):
            assert not re.search(r"nan|inf|\de[+-]", re.sub(r'"[^"]*"', "", chart))
