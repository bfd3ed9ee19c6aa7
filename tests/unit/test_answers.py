"""What a hook returns is looked at before anybody believes it."""

from __future__ import annotations

import pytest

from mlops_ext.answers import checked
from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.policy import POLICIES
from mlops_ext.contract.triggers import Trigger
from mlops_ext.errors import CouldNotTellError

GOOD = Report(question="pipeline", checks=(Check(name="a", status="pass"),))


def test_a_report_and_a_sequence_of_them():
    assert checked("mlops_validate_pipeline", GOOD) == GOOD
    assert checked("mlops_check_target", [GOOD, GOOD]) == (GOOD, GOOD)
    assert checked("mlops_check_target", []) == ()


@pytest.mark.parametrize("hook", POLICIES)
def test_none_is_nobodys_business(hook):
    assert checked(hook, None) is None


def test_lists_inside_become_what_the_contract_says():
    report = Report(question="pipeline", checks=[Check(name="a", status="pass")])
    assert checked("mlops_validate_pipeline", report) == GOOD


@pytest.mark.parametrize(
    "value", [False, 0, "", {}, "pass", iter([GOOD]), {"status": "pass"}, Check(name="a", status="pass")]
)
def test_another_type_is_no_answer(value):
    with pytest.raises(CouldNotTellError, match=f"type {type(value).__name__}, not Report"):
        checked("mlops_validate_pipeline", value)


@pytest.mark.parametrize("value", [[], (), [GOOD]])
def test_a_hook_for_one_takes_no_sequence(value):
    with pytest.raises(CouldNotTellError, match="not DataRef"):
        checked("mlops_resolve_data", value)


def test_a_hook_for_several_takes_no_single_one():
    trigger = Trigger(id="1", kind="new-data", model="m", why="it is new", time="2026-01-01T00:00:00+00:00")
    assert checked("mlops_find_triggers", [trigger]) == (trigger,)
    with pytest.raises(CouldNotTellError, match="type Trigger, not a sequence of Trigger"):
        checked("mlops_find_triggers", trigger)


@pytest.mark.parametrize(
    "check",
    [
        Check(name="a", status=True),
        Check(name=1, status="pass"),
        Check(name="a", status="pass", count=1.5),
        "pass",
    ],
    ids=["status", "name", "count", "no check"],
)
def test_every_value_of_a_report_has_its_type(check):
    with pytest.raises(CouldNotTellError, match=r"checks\[0\]"):
        checked("mlops_validate_pipeline", Report(question="pipeline", checks=(check,)))
