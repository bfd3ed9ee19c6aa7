"""One strict JSON document a call, by the schema that is published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace as changed
from outcomes import LOCK, UNREAD, failed, hostile, huge, outcome, passed, unanswered

from mlops_ext.contract.checks import Fault
from mlops_ext.output import machine
from mlops_ext.output.text import lines
from mlops_ext.output.view import view_of
from mlops_ext.stages.work import Outcome

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "schemas"
MISCONFIGURED = changed(UNREAD, fault=Fault(exit_code=2, what="suite flights is empty"))


def strict(text: str) -> Any:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def validate(document: Any, name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (passed(), "pass"),
        (failed(), "fail"),
        (unanswered(), "error"),
        (outcome(MISCONFIGURED, summary="x"), "misconfigured"),
        (outcome(LOCK, required=("quality",)), "error"),
        (replace(passed(), replayed=True), "pass"),
        (hostile(), "fail"),
        (huge(), "fail"),
    ],
)
def test_every_verdict_is_as_published(given: Outcome, verdict: str) -> None:
    document = strict(machine.dump(machine.result(given)))
    validate(document, "result")
    assert document["verdict"] == verdict


def test_json_says_what_the_terminal_says() -> None:
    document = strict(machine.dump(machine.result(failed())))
    assert document["sentence"] in list(lines(view_of(failed())))
    assert document["exit_code"] == 1
    assert document["counts"] == {
        "asked": 53,
        "passed": 52,
        "failed": 1,
        "errors": 0,
        "warnings": 0,
        "skipped": 0,
    }
    assert document["details"] == [
        {
            "word": "failed",
            "title": "the loss falls",
            "question": "tests",
            "plugin": "tests",
            "found": "0.693 to 0.701 in 50 steps, limit lower than 0.693",
            "where": "src/train.py:48",
            "help": "learning_rate is 5; it was 0.05 in main (params.yaml:7)",
            "page": "",
        }
    ]
    assert document["again"] == "mlops-ext integrate --only tests"
    assert document["seconds"] == 26.4


def test_a_number_that_json_does_not_have_is_null() -> None:
    nothing = changed(LOCK, seconds=float("nan"))
    assert strict(machine.dump(machine.result(outcome(LOCK))))["reports"][0]["seconds"] == 0.3
    assert strict(machine.dump(nothing))["seconds"] is None
