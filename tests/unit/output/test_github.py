"""GitHub Actions: groups, annotations, outputs, summary; nothing from outside is taken for a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from outcomes import failed, hostile, huge, outcome

from mlops_ext.contract.checks import Check, Report
from mlops_ext.output import github
from mlops_ext.output.text import lines
from mlops_ext.output.view import view_of


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    return tmp_path


def commands(rows: list[str]) -> list[str]:
    """What the runner would take for commands."""
    found, token = [], ""
    for line in "\n".join(rows).splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
    assert token == ""
    return found


def test_groups_then_the_verdict_then_annotations(told: Path) -> None:
    view = view_of(failed())
    rows = list(github.show(view))
    assert commands(rows) == [
        "::group::passed great-expectations, data:flights: 38 checks",
        "::endgroup::",
        "::group::passed dvc, pipeline: 3 checks",
        "::endgroup::",
        "::group::failed tests, tests: 11 of 12",
        "::endgroup::",
        "::error file=src/train.py,line=48::the loss falls: 0.693 to 0.701 in 50 steps, limit lower than "
        "0.693. learning_rate is 5; it was 0.05 in main (params.yaml:7)",
    ]
    screen = list(lines(view))
    start = rows.index(screen[0])
    assert rows[start : start + len(screen)] == screen
    assert rows.index("::endgroup::") < start


def test_the_summary(told: Path) -> None:
    list(github.show(view_of(failed())))
    assert (told / "summary").read_text().splitlines() == [
        "### ❌ integrate fail",
        "",
        "`integrate failed: 1 of 53 checks in 26 s`",
        "",
        "| check | found | what would help |",
        "|:--|:--|:--|",
        "| `the loss falls`<br>`src/train.py:48` | `0.693 to 0.701 in 50 steps, limit lower than 0.693` | "
        "`learning_rate is 5; it was 0.05 in main (params.yaml:7)` |",
        "",
        "The same questions on your machine: `mlops-ext integrate --only tests`",
        "",
        "| question | plugin | answer | checks | looked at |",
        "|:--|:--|:--|--:|:--|",
        "| `data:flights` | `great-expectations` | passed | 38 checks | "
        "`data/flights.parquet, 268,411 rows` |",
        "| `pipeline` | `dvc` | passed | 3 checks | `dvc.lock agrees with the workspace` |",
        "| `tests` | `tests` | **failed** | 11 of 12 | `12 tests in tests` |",
    ]


def test_nothing_from_outside_is_a_command(told: Path) -> None:
    found = commands(list(github.show(view_of(hostile()))))
    assert [re.split(r"[ :]", line.removeprefix("::"))[0] for line in found] == ["group", "endgroup", "error"]
    written = (told / "output").read_text()
    assert written.startswith("verdict<<end-")
    row = next(line for line in (told / "summary").read_text().splitlines() if "<img" in line)
    assert row.index("`") < row.index("<img")


def test_ten_annotations_at_most(told: Path) -> None:
    found = commands(list(github.show(view_of(huge()))))
    assert sum(line.startswith("::error") for line in found) == 10


def test_a_warning_is_a_warning(told: Path) -> None:
    check = Check(name="late", status="fail", severity="warning", where="dvc.yaml:3")
    found = commands(list(github.show(view_of(outcome(Report(question="q", plugin="p", checks=(check,)))))))
    assert found[-1] == "::warning file=dvc.yaml,line=3::late"


def test_a_summary_stays_under_the_limit_in_bytes(told: Path) -> None:
    reports = tuple(Report(question="é" * 70, plugin="p", checks=()) for _ in range(20_000))
    list(github.show(view_of(outcome(*reports, summary="0 checks"))))
    content = (told / "summary").read_text()
    assert content.startswith("### ✅ integrate pass")
    assert "rows not shown" in content.splitlines()[-1]
    github.leave((), "more\n" * 100_000)
    assert len((told / "summary").read_bytes()) < 1024 * 1024
