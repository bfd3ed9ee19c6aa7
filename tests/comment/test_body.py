"""A comment as a reviewer reads it: the verdict first, then why, then what would help."""

from __future__ import annotations

import pytest
from comment.told_by import COMMIT, JOB, RICH, SITE, SLICES, rich, seen, told_by
from msgspec.structs import replace
from outcomes import FALLS, SUITE, TESTS, failed, outcome, passed, unanswered

from mlops_ext.comment.body import body, review
from mlops_ext.comment.marker import marker
from mlops_ext.comment.told import doubt
from mlops_ext.contract.checks import Check, Fault, Report

LOOSENED = (
    "models.flight-delay.release.margin 0.005 to 0.05",
    "targets.production.approval true to false",
    "gx/expectations/flights.json deleted",
)


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        (told_by(passed()), "### ✅ integrate passed"),
        (told_by(failed()), "### ❌ integrate failed: 1 of 53 checks"),
        (told_by(unanswered()), "### ⚠️ integrate could not tell: 1 question without an answer"),
    ],
)
def test_the_verdict_stands_in_the_line_after_the_marker(told, heading):
    assert body(told).splitlines()[:2] == ["<!-- mlops-ext:integrate flight-delay -->", heading]


def test_a_loosened_gate_stands_before_the_verdict_even_where_all_passed():
    lines = body(told_by(passed(), loosened=LOOSENED)).splitlines()
    assert lines[1].startswith(
        "**This change loosens a gate:** `models.flight-delay.release.margin 0.005 to 0.05`"
    )
    assert all(f"`{gate}`" in lines[1] for gate in LOOSENED)
    assert lines[3] == "### ✅ integrate passed"


def test_of_very_many_loosened_gates_the_first_line_says_how_many_more():
    many = tuple(f"models.m{place}.release.margin 0 to 1" for place in range(500))
    assert body(told_by(passed(), loosened=many)).splitlines()[1].count("release.margin") == 8
    assert "and 492 more" in body(told_by(passed(), loosened=many)).splitlines()[1]


def test_not_to_know_whether_a_gate_is_loosened_is_said_as_early():
    assert body(told_by(passed(), unsure="base revision not in this clone")).splitlines()[1] == (
        "**Whether this change loosens a gate could not be told:** `base revision not in this clone`"
    )


def test_passed_says_what_got_better_against_the_base_and_what_serves():
    text = body(rich())
    assert "`roc_auc` went from 0.7431 to **0.7528** against `main 1a2b3c4`." in text
    assert "|  | this change | `main 1a2b3c4` | champion, v14 | change |" in text
    assert "| `roc_auc` | **0.7528** | 0.7431 | 0.741 | +0.0097 |" in text
    assert "Next: `mlops-ext deliver test`" in text


def test_metrics_of_a_change_that_failed_are_not_the_first_thing_to_read():
    text = body(told_by(failed(comparison=RICH)))
    assert text.index("the loss falls") < text.index("<b>Metrics</b>: 3 of 4 changed")
    assert "went from" not in text


def test_what_failed_says_why_where_and_what_would_help():
    text = body(told_by(failed()))
    assert "`0.693 to 0.701 in 50 steps, limit lower than 0.693`" in text
    assert f"[`src/train.py:48`]({SITE}/blob/{COMMIT}/src/train.py#L48)" in text
    assert "1. `learning_rate is 5; it was 0.05 in main (params.yaml:7)`" in text
    assert "```sh\nmlops-ext integrate --only tests\n```" in text


def test_examples_of_values_that_broke_a_rule_stand_beside_it():
    check = Check(
        name="carrier is known", status="fail", message="3 rows", examples=("9E", "<b>", "x|y", "fourth")
    )
    text = body(told_by(outcome(Report(question="data:flights", plugin="schema", checks=(check,)))))
    assert r"`3 rows`<br>such as `9E`, `<b>`, `x\|y` |" in text


def test_an_advice_for_many_checks_is_given_once():
    checks = tuple(replace(FALLS, name=f"check {number}") for number in range(4))
    text = body(told_by(outcome(replace(TESTS, checks=checks))))
    assert text.count(FALLS.hint) == 1
    assert f"1. `{FALLS.hint}` (4 checks)" in text


def test_warnings_are_shown_and_close_nothing():
    lenient = replace(FALLS, severity="warning")
    text = body(told_by(outcome(replace(TESTS, checks=(lenient,)))))
    assert "### ✅ integrate passed" in text
    assert "**`the loss falls`** warning" in text
    assert "1 warning" in text


def test_settings_that_can_not_be_used_are_counted_in_the_heading():
    fault = Fault(exit_code=2, what="no key `suit`", where="mlops-ext.toml:4", hint="did you mean `suite`?")
    text = body(told_by(outcome(Report(question="data:flights", plugin="schema", fault=fault))))
    assert "### ⚠️ integrate is misconfigured: 1 setting to correct" in text
    assert "`mlops-ext.toml:4`" in text


def test_data_says_before_it_is_opened_what_kind_of_change_it_is():
    text = body(rich())
    said = "1 column new, 1 column removed, 1 column of another type, empty values changed in 1 column"
    assert f"<summary><b>Data</b>: {said}, values changed in 1 column, 10,214 rows more</summary>" in text
    assert "| `wind_gust` |  | new, `float` |" in text
    assert "| **`flights`** | 258,197 rows | 268,411 rows |" in text
    assert "weather" not in text


def test_the_worst_slices_come_first_and_a_loss_points_the_other_way():
    rows = [line for line in body(told_by(outcome(SUITE, SLICES))).splitlines() if "`origin=" in line]
    assert [row.split("`")[1] for row in rows] == ["origin=EWR", "origin=LGA", "origin=JFK"]
    assert "**-0.012**" in rows[0]
    assert rows[0].index("█") < rows[0].index("│")
    assert rows[1].index("│") < rows[1].index("█")


def test_what_was_not_compared_or_not_asked_is_never_left_out_in_silence():
    text = body(rich(unsure=""))
    assert "- `plots/roc.json was not compared: it is no table of numbers`" in text
    assert "- `tests pass: nothing to check: there is no folder tests`" in text


def test_a_doubt_turns_a_yes_into_could_not_tell():
    told = told_by(passed(), doubts=(doubt("the job succeeded", "it was cancelled", "see its log"),))
    text = body(told)
    assert "### ⚠️ integrate could not tell: 1 question without an answer" in text
    assert "**`the job succeeded`** not answered" in text
    assert "passed\n" not in text.splitlines()[1]
    assert "Next:" not in text
    assert review(told).verdict == "error"


def test_a_review_is_the_comment_its_title_and_remarks_on_lines():
    told = told_by(failed(), folder="models/delay")
    shown = review(told)
    assert (shown.change, shown.commit, shown.stage, shown.verdict) == (7, COMMIT, "integrate", "fail")
    assert shown.title == "integrate failed: 1 of 53 checks"
    assert shown.body.startswith(f"{shown.marker}\n")
    assert shown.summary == shown.body.removeprefix(f"{shown.marker}\n")
    assert [(one.path, one.line, one.level) for one in shown.annotations] == [
        ("models/delay/src/train.py", 48, "failure")
    ]


@pytest.mark.parametrize(
    "where", ["/etc/passwd:3", "../../x.py:3", "a/../../x.py:3", "a\\b:3", "src/x.py", "x.py:0"]
)
def test_a_place_outside_of_the_repository_is_neither_a_link_nor_a_remark(where):
    told = told_by(outcome(replace(TESTS, checks=(replace(FALLS, where=where),))))
    assert review(told).annotations == ()
    assert all(link.endswith("/actions/runs/1") for link in seen(body(told)).links)


def test_without_an_address_of_the_repository_places_are_text():
    text = body(told_by(failed(), job=replace_job(site="", report="")))
    assert "| **`the loss falls`**<br>`src/train.py:48` |" in text
    assert seen(text).links == []


@pytest.mark.parametrize("name", ["a--b", "x --> <img>", "Delay", "délai", "a b", "a-b", "", "-", "x" * 500])
def test_no_name_closes_the_marker_or_shares_one(name):
    line = marker("integrate", name)
    assert line.startswith("<!-- mlops-ext:integrate ")
    assert line.endswith(" -->")
    assert line.count("-->") == 1
    assert "\n" not in line
    assert len(line) < 120
    others = ["flight-delay", "a-b", "delay", "b"]
    assert line not in [marker("integrate", other) for other in others if other != name]


def test_a_project_in_a_folder_has_a_marker_of_its_own():
    markers = {marker("integrate", "delay", folder) for folder in ("", "a", "b", "a/b")}
    assert len(markers) == 4


def test_jobs_of_a_matrix_have_a_marker_each():
    markers = {
        marker("integrate", "delay", folder, name) for folder in ("", "a") for name in ("", "a", "3.12")
    }
    assert len(markers) == 6


def replace_job(**more):
    from dataclasses import replace as with_

    return with_(JOB, **more)
