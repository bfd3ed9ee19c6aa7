"""What people see: every value as text, the verdict never lost."""

from __future__ import annotations

import json

import pytest

from mlops_ext.contract.checks import Check, Fault, Report
from mlops_ext.output import github, machine, text
from mlops_ext.output.clean import clean, github_data, markdown
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import fold

HOSTILE = "<img src=x onerror=alert(1)>|`@team`\n::error::x\r\x1b[31m\u202eevil"


def outcome(*reports, required=(), **more):
    verdict = fold(reports, required)
    return Outcome(stage="integrate", verdict=verdict, summary="what came of it", reports=reports, **more)


def failing(**more):
    check = Check(
        name="no nulls", status="fail", message="3 nulls", column="carrier", count=3, rows=10, **more
    )
    return Report(question="data:flights", plugin="schema", checks=(check, Check(name="rows", status="pass")))


def test_one_line_a_report_and_details_only_for_what_is_not_well():
    lines = list(text.lines(outcome(failing(hint="drop them"))))
    assert lines[0].startswith("failed   schema               1 of 2")
    assert "carrier: no nulls" in lines
    assert "  found   3 nulls, 3 of 10 rows" in lines
    assert "  help    drop them" in lines
    assert "integrate failed: what came of it" in lines[-1]
    assert "  pass     rows" not in lines


def test_a_fault_says_what_where_and_what_next():
    report = Report(
        question="data:t", plugin="p", fault=Fault(exit_code=3, what="gone", where="t.csv", hint="look")
    )
    lines = list(text.lines(outcome(report)))
    assert lines[0].startswith("error    p                    not answered")
    assert {"  found   gone", "  where   t.csv", "  help    look"} <= set(lines)
    assert "integrate could not tell" in lines[-1]


def test_an_unanswered_question_is_shown():
    assert "nobody answered this question" in "\n".join(text.lines(outcome(required=("quality",))))


def test_information_does_not_fill_the_screen():
    lines = list(text.lines(outcome(failing(severity="info"))))
    assert "carrier: no nulls" not in lines
    assert "carrier: no nulls (info)" in list(text.lines(outcome(failing(severity="info")), verbose=True))


def test_at_most_ten_details_unless_all_are_wanted():
    checks = tuple(Check(name=f"c{n}", status="fail") for n in range(30))
    many = outcome(Report(question="q", plugin="p", checks=checks))
    assert sum(line.startswith("c") for line in text.lines(many)) == 10
    assert sum(line.startswith("c") for line in text.lines(many, verbose=True)) == 30
    assert any("--verbose" in line for line in text.lines(many))


def test_json_is_strict_and_complete():
    content = json.loads(machine.dump(machine.result(outcome(failing(), products=(("package", "p 1"),)))))
    assert content["verdict"] == "fail"
    assert content["exit_code"] == 1
    assert content["products"] == {"package": ["p 1"]}
    assert content["reports"][0]["checks"][0]["count"] == 3


def test_control_and_direction_characters_are_replaced():
    assert "\x1b" not in clean(HOSTILE)
    assert "\u202e" not in clean(HOSTILE)


def test_secrets_in_urls_are_never_shown():
    assert "hunter2" not in clean("https://user:hunter2@host/x")


@pytest.mark.parametrize("value", [HOSTILE, "a|b", "``x``", "`", "\\|", "x" * 500])
def test_a_markdown_cell_stays_one_cell(value):
    cell = markdown(value)
    assert "\n" not in cell
    assert "|" not in cell.replace("\\|", "")
    assert len(cell) < 110
    fence = cell[: len(cell) - len(cell.lstrip("`"))]
    assert fence
    assert fence not in cell[len(fence) : -len(fence)].replace("`" * (len(fence) + 1), "")


def test_workflow_commands_hold_one_line():
    assert "\n" not in github_data(HOSTILE)
    assert github_data("50%\n") == "50%25%0A"


def test_github_stops_commands_around_untrusted_lines(monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    bad = Report(
        question=HOSTILE, plugin="p", checks=(Check(name=HOSTILE, status="fail", where="dvc.yaml:3"),)
    )
    lines = "\n".join(github.show(outcome(bad, products=(("package", "x\ny<<EOF"),)))).splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    end = lines.index(f"::{token}::")
    assert all(not line.startswith("::error::x") for line in lines[end + 1 :])
    assert lines[end + 1].startswith("::error file=dvc.yaml,line=3::")
    written = (tmp_path / "output").read_text()
    assert written.startswith("verdict<<end-")
    assert "### ❌ integrate fail" in (tmp_path / "summary").read_text()
    row = next(line for line in (tmp_path / "summary").read_text().splitlines() if "<img" in line)
    assert row.index("`") < row.index("<img")


def test_a_summary_stays_under_the_limit_in_bytes():
    reports = tuple(Report(question="é" * 70, plugin="p", checks=()) for _ in range(20_000))
    content = github.summary(outcome(*reports))
    assert len(content.encode()) < 1024 * 1024
    assert content.startswith("### ✅ integrate pass")
    assert "rows not shown" in content
