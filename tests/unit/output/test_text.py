"""Whole screens, letter by letter: passed, failed, could not tell; on a pipe and on 80 columns."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from outcomes import (
    COMPARISON,
    FALLS,
    LOCK,
    NOT_ASKED,
    SUITE,
    TESTS,
    failed,
    hostile,
    huge,
    outcome,
    passed,
    unanswered,
)

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.comparison import ColumnDifference, TableDifference
from mlops_ext.output.terminal import Style
from mlops_ext.output.text import SCREEN, lines
from mlops_ext.output.view import view_of

NARROW = Style(width=80)


def screen(made, verbose=False, style=NARROW):
    view = view_of(made)
    record = view.record[:12]
    return [line.replace(record, "RECORD") if record else line for line in lines(view, verbose, style)]


def test_passed() -> None:
    assert screen(passed()) == [
        "passed   great-expectations  38 checks 4.1 s data/flights.parquet, 268,411 rows",
        "passed   dvc                 3 checks  0.3 s dvc.lock agrees with the workspace",
        "passed   tests               12 checks  22 s 12 tests in tests",
        "skipped  tests               not asked 0.0 s",
        "         nothing to check: there is no folder tests",
        "",
        "integrate passed: 53 checks in 26 s, 1 skipped",
        "  package flights-9f31c2d (12.4 MB)",
        "  record  RECORD",
        "  next    mlops-ext deliver test",
    ]


def test_failed() -> None:
    assert screen(failed()) == [
        "passed   great-expectations  38 checks 4.1 s data/flights.parquet, 268,411 rows",
        "passed   dvc                 3 checks  0.3 s dvc.lock agrees with the workspace",
        "failed   tests               11 of 12   22 s 12 tests in tests",
        "",
        "the loss falls",
        "  found   0.693 to 0.701 in 50 steps, limit lower than 0.693",
        "  where   src/train.py:48",
        "  help    learning_rate is 5; it was 0.05 in main (params.yaml:7)",
        "",
        "integrate failed: 1 of 53 checks in 26 s",
        "  record  RECORD  report  .mlops-ext/integrate.html",
        "  again   mlops-ext integrate --only tests",
    ]


def test_could_not_tell() -> None:
    assert screen(unanswered()) == [
        "error    great-expectations  not answered 0.0 s data:flights",
        "passed   dvc                 3 checks     0.3 s",
        "         dvc.lock agrees with the workspace",
        "",
        "data:flights (error)",
        "  why     the file is not in the DVC remote s3 (md5",
        "          9c1185a5c5e9fc54612808977ee8f548)",
        "  where   data/flights.parquet.dvc:3, plugin dvc (mlops-ext-dvc 0.4.0)",
        "  help    dvc push data/flights.parquet.dvc, from where dvc add ran",
        "",
        "integrate could not tell: 1 question without an answer. The gate stays closed.",
        "  record  RECORD",
        "  again   mlops-ext integrate --only data",
    ]


def test_a_required_question_that_nobody_answered() -> None:
    made = outcome(
        LOCK, summary="1 question without an answer. The gate stays closed.", required=("quality",)
    )
    assert screen(made)[1:6] == [
        "",
        "nobody answered `quality`, and the settings ask it (error)",
        "  help    see `plugins` and `ask`",
        "",
        "integrate could not tell: 1 question without an answer. The gate stays closed.",
    ]


def test_in_a_pipe_every_thing_is_one_line_whatever_its_length() -> None:
    long = replace(LOCK, looked_at="data/" + "very/long/path/" * 12 + "file.csv")
    assert screen(outcome(long, summary="3 checks"), style=Style())[0].endswith("very/long/path/file.csv")


def test_a_path_is_never_broken_by_us() -> None:
    path = "data/" + "a-long-folder/" * 8 + "file.csv:3"
    check = Check(name="rows", status="fail", message="no rows", where=path)
    assert f"  where   {path}" in screen(outcome(Report(question="data:t", plugin="schema", checks=(check,))))


def test_warnings_have_their_word_and_do_not_fail() -> None:
    report = replace(TESTS, checks=(replace(FALLS, severity="warning", where="", hint=""),))
    assert screen(outcome(report, summary="1 check")) == [
        "warning  tests  1 check 22 s 12 tests in tests",
        "",
        "the loss falls (warning)",
        "  found   0.693 to 0.701 in 50 steps, limit lower than 0.693",
        "",
        "integrate passed: 1 check in 26 s",
        "  record  RECORD",
    ]


def test_what_was_skipped_beside_answers_is_named() -> None:
    skipped = Check(name="remote answers", status="skipped", message="none is set")
    assert screen(outcome(replace(LOCK, checks=(*LOCK.checks, skipped)), summary="3 checks"))[:2] == [
        "passed   dvc  3 checks 0.3 s dvc.lock agrees with the workspace",
        "skipped  dvc  remote answers: none is set",
    ]


def test_information_does_not_fill_the_screen() -> None:
    report = replace(TESTS, checks=(replace(FALLS, severity="info"),))
    told = [line for line in screen(outcome(report, summary="1 check")) if "loss" in line]
    assert told == []
    told = [line for line in screen(outcome(report, summary="1 check"), verbose=True) if "loss" in line]
    assert told == [
        "  info     the loss falls: 0.693 to 0.701 in 50 steps, limit lower than 0.693",
    ]


def test_the_worst_come_first() -> None:
    def nulls(name, count, severity="critical"):
        return Check(name=name, status="fail", count=count, rows=100, severity=severity)

    checks = (nulls("few", 1), nulls("noted", 99, "warning"), nulls("many", 90))
    titles = [detail.title for detail in view_of(outcome(replace(TESTS, checks=checks))).bad]
    assert titles == ["many", "few", "noted"]


def test_many_answers_fit_on_a_screen_and_verbose_shows_all() -> None:
    made = huge()
    told = screen(made)
    assert len(told) <= SCREEN
    assert told[-7:] == [
        "",
        "497 more: nulls:measurement_496, nulls:measurement_495 and 495 more",
        "  all     mlops-ext report --record RECORD --verbose",
        "",
        "integrate failed: 500 of 500 checks in 26 s",
        "  record  RECORD",
        "  again   mlops-ext integrate --only data",
    ]
    assert sum(line.startswith("nulls:measurement_") for line in screen(made, verbose=True)) == 500


def test_of_many_reports_those_that_passed_are_counted() -> None:
    many = [replace(LOCK, question=f"data:t{number}") for number in range(30)]
    assert screen(outcome(*many, TESTS, NOT_ASKED, summary="1 of 102 checks"))[:2] == [
        "failed   tests  11 of 12 22 s 12 tests in tests",
        "         31 more reports: 30 passed, 1 skipped",
    ]


def test_values_from_outside_can_not_write_lines_of_ours() -> None:
    for style in (NARROW, Style(), Style(colour=True)):
        told = screen(hostile(), style=style)
        text = "\n".join(told)
        assert not any(line.startswith(("::", "integrate passed", "passed")) for line in told)
        assert "\u202e" not in text
        assert "\r" not in text
        assert "\x1b[31mevil" not in text


def test_colour_says_nothing_that_the_word_does_not_say() -> None:
    coloured = "\n".join(screen(failed(), style=Style(colour=True)))
    assert "\x1b[31mfailed  \x1b[0m" in coloured
    plain = coloured
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[2m", "\x1b[1m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == "\n".join(screen(failed(), style=Style()))


def test_a_schema_that_changed_since_the_base_is_shown_unasked() -> None:
    came = ColumnDifference(column="tailnum", what="added", after="string")
    wider = ColumnDifference(column="distance", what="range", before="80 to 90", after="80 to 99")
    table = TableDifference(name="flights", status="changed", columns=(wider, came))
    said = screen(passed(comparison=replace(COMPARISON, tables=(table,))))
    assert said[4:9] == [
        "         nothing to check: there is no folder tests",
        "",
        "from main 1a2b3c4 to workspace",
        "  schema   flights  tailnum  added  string",
        "",
    ]
    assert not any("distance" in line or "auc" in line for line in said)


def test_an_answer_from_a_record_says_so() -> None:
    made = outcome(SUITE, summary="38 checks", replayed=True)
    assert "integrate passed: 38 checks, answered from a record of 2026-11-25 09:00 UTC" in screen(
        made, style=Style()
    )


@pytest.mark.parametrize(("question", "again"), [("data:a", "--only data"), ("package", "")])
def test_again_asks_what_can_be_asked_alone(question: str, again: str) -> None:
    made = outcome(replace(TESTS, question=question), summary="1 of 12 checks")
    assert view_of(made).again == f"mlops-ext integrate {again}".strip()
