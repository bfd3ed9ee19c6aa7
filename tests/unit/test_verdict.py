"""The fold: misconfigured over could not tell over no over yes, and nothing fails open."""

from __future__ import annotations

import itertools

import pytest

from mlops_ext.contract.checks import Check, Fault, Report
from mlops_ext.registry import Row
from mlops_ext.verdict import fold

CODE = {"pass": 0, "skipped": 0, "fail": 1, "error": 3}


def report(*statuses, question="q", **more):
    checks = tuple(Check(name=str(n), status=status, **more) for n, status in enumerate(statuses))
    return Report(question=question, checks=checks)


@pytest.mark.parametrize("statuses", list(itertools.product(CODE, repeat=3)))
def test_the_worst_answer_wins(statuses):
    codes = {CODE[status] for status in statuses}
    expected = 3 if 3 in codes else 1 if 1 in codes else 0
    assert fold([report(status) for status in statuses]).exit_code == expected


def test_settings_win_over_everything():
    faulty = Report(question="q", fault=Fault(exit_code=2, what="x"))
    assert fold([report("error"), report("fail"), faulty]).word == "misconfigured"


def test_an_unknown_status_is_an_error():
    assert fold([report("excellent")]).word == "error"


def test_an_odd_exit_code_of_a_fault_is_could_not_tell():
    assert fold([Report(question="q", fault=Fault(exit_code=77, what="x"))]).exit_code == 3


@pytest.mark.parametrize("reports", [[], [report("skipped")], [report("pass", question="other")]])
def test_a_required_question_without_an_answer_is_could_not_tell(reports):
    verdict = fold(reports, ("q",))
    assert verdict.exit_code == 3
    assert verdict.unanswered == ("q",)


def test_a_required_question_that_was_answered_no_is_no():
    assert fold([report("fail")], ("q",)).exit_code == 1


def test_a_broken_plugin_keeps_the_gate_closed():
    row = Row("a", "a (x 1)", error="it does not import")
    assert fold([report("pass")], broken=(row,)).exit_code == 3
    assert fold([report("fail")], broken=(row,)).exit_code == 3


def test_only_critical_failures_close_a_gate():
    assert fold([report("fail", severity="warning")]).passed
    assert not fold([report("error", severity="warning")]).passed


def test_nothing_asked_is_a_yes():
    assert fold([]).passed
