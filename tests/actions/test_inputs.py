"""Inputs that are missing, hostile or secret: text, never a command, never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acting.acted import Acted
from acting.uses import USES

from actions.bench import ROOT, Bench, uses

SECRET = "correct-horse-battery-4711"
# What a branch, a title, a demand or a data value can be called.
HOSTILE = (
    "--help",
    "a\"; touch marker; '$(touch marker)`touch marker`\n::add-mask::visible\n::error::planted",
    "../../a\nverdict=pass\nEOF\nverdict=pass\n${{ github.token }} ${GITHUB_TOKEN}",
)
FREE = {
    "develop": ("set", "compare"),
    "integrate": ("model",),
    "deliver": ("target", "package"),
    "trigger": ("demand", "target"),
    "release": ("target", "version"),
    "monitor": ("as-of", "target"),
}


@pytest.mark.parametrize(
    ("action", "given", "missing"),
    [
        ("deliver", {"target": ""}, "target"),
        ("comment", {"answer": "", "change": "7", "commit": "1" * 40}, "answer"),
        ("comment", {"answer": "in", "change": "", "commit": "1" * 40}, "change"),
        ("comment", {"answer": "in", "change": "7", "commit": " "}, "commit"),
        ("integrate", {"install": "wheelhouse"}, "wheelhouse"),
    ],
)
def test_an_input_that_is_missing_is_named(
    bench: Bench, action: str, given: dict[str, str], missing: str
) -> None:
    ran = bench.run({"job": [uses(action, id="it", **given)]})
    assert ran.results == {"job": "failure"}
    assert ran.outputs("it", action)["verdict"] == "misconfigured"
    [(_, said)] = ran.annotations("error")
    assert f"the input `{missing}` is missing" in said
    assert len(ran.summaries) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"install": "pip"}, "one of requirements, wheelhouse, none"),
        ({"install": "wheelhouse", "wheelhouse": "nowhere"}, "`wheelhouse: nowhere` is no folder"),
        ({"install": "requirements", "requirements": "tools.txt"}, "holds no hashes"),
        ({"install": "requirements", "requirements": "none.txt"}, "`requirements: none.txt` is no file"),
        ({"project-requirements": "none.txt"}, "`project-requirements: none.txt` is no file"),
    ],
)
def test_an_input_that_can_not_be_is_said(bench: Bench, given: dict[str, str], said: str) -> None:
    bench.write({"tools.txt": "click\n"})
    ran = bench.run({"job": [uses("integrate", **given)]})
    assert ran.results == {"job": "failure"}
    assert ran.outputs("integrate", "integrate")["verdict"] == "misconfigured"
    assert said in ran.annotations("error")[0][1]


def test_hostile_values_are_text_in_every_action(bench: Bench) -> None:
    free = {**FREE, "comment": ("answer", "change", "commit", "conclusion", "report")}
    jobs = {action: list(_hostile(action, names)) for action, names in free.items()}
    ran = bench.run(jobs, secrets={"GITHUB_TOKEN": SECRET})
    assert set(ran.results) == set(jobs)
    _nothing_ran(bench, ran)
    # `--help` is no way to pass: what asks for a target or an answer is refused.
    for action in ("deliver", "comment"):
        ends = [end for step, end in ran.steps.items() if step.startswith(f"{action}/with-{0}")]
        assert set(ends) == {"failure"}, ran.log


def _hostile(action: str, names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, value in enumerate(HOSTILE):
        step = uses(action, id=f"with-{number}", **{name.replace("-", "_"): value for name in names})
        yield {**step, "continue-on-error": True}


def test_a_hostile_event_reaches_no_shell(bench: Bench) -> None:
    head = {"ref": "a`touch marker`", "sha": "1" * 40, "repo": {"fork": True, "full_name": "evil/x"}}
    payload = {"number": 7, "pull_request": {"number": 7, "title": HOSTILE[0], "head": head}}
    env = {"GITHUB_HEAD_REF": head["ref"], "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REF_PROTECTED": "false"}
    steps = [uses("integrate"), {**uses("deliver"), "continue-on-error": True}]
    ran = bench.run({"job": steps}, event="pull_request", payload=payload, everywhere=env)
    assert ran.results == {"job": "success"}, ran.log
    assert ran.outputs("integrate")["verdict"] == "pass"
    assert ran.outputs("deliver", "deliver")["verdict"] == "fail"
    assert "a pull request delivers nothing" in str(ran.annotations("error"))
    _nothing_ran(bench, ran)


def test_values_from_data_are_no_commands_and_no_outputs(bench: Bench) -> None:
    found = "::error::planted\n##[error]planted\n::set-output name=verdict::pass\n::add-mask::visible | <img>"
    mood = {"MOOD_IN": "integrate", "MOOD": "no", "BENCH_FOUND": found}
    ran = bench.run({"job": [uses("integrate")]}, everywhere=mood)
    assert ran.results == {"job": "failure"}
    assert ran.outputs("integrate", "integrate")["verdict"] == "fail"
    _nothing_ran(bench, ran)
    assert "<img>" not in ran.summaries[0].replace("`::error::planted", "").split("`")[0]


def test_secrets_are_in_no_output_no_summary_and_no_artifact(bench: Bench) -> None:
    lines = f"# the store's\nSTORE_PASSWORD={SECRET}\n\nSTORE_URL=https://user:{SECRET}@store.example/\n"
    upload = {
        "if": "always()",
        "uses": "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
        "with": {"name": "answer", "path": "${{ steps.deliver.outputs.answer }}"},
    }
    steps = [uses("integrate"), uses("deliver", environment="${{ secrets.ENVIRONMENT }}"), upload]
    # A tool that puts what it was given into its message.
    mood = {"MOOD_IN": "deliver", "MOOD": "no", "BENCH_SAYS": "STORE_PASSWORD"}
    secrets = {"ENVIRONMENT": lines, "GITHUB_TOKEN": f"{SECRET}-too"}
    ran = bench.run({"job": steps}, everywhere=mood, secrets=secrets)
    assert ran.results == {"job": "failure"}, ran.log
    assert "***" in ran.log, "the tool said it, and it was masked"
    kept = [*ran.summaries, *(text for _, text in ran.annotations("error")), str(ran.outputs("deliver"))]
    kept += [file.read_text(errors="replace") for file in ran.artifacts.rglob("*") if file.is_file()]
    assert SECRET not in "\n".join(kept)
    assert SECRET not in ran.log


def test_the_team_s_code_gets_no_token_and_sets_no_output(bench: Bench) -> None:
    """What a pull request brings runs in the step, and must not speak for it."""
    ours = {"GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH"}
    bench.write(
        {"tests/test_it.py": f"import os\n\ndef test_it():\n    assert not {ours} & set(os.environ)\n"}
    )
    ran = bench.run({"job": [uses("integrate")]}, everywhere={"GITHUB_TOKEN": SECRET})
    assert ran.results == {"job": "success"}, ran.log
    assert re.search(r"passed +tests +1 ", ran.log), ran.log


def test_plain_variables_reach_the_command_and_are_not_masked(bench: Bench) -> None:
    plain = {"MLOPS_EXT_VARIABLES": "# of the job\nBENCH_FOUND=plain-and-seen\nMOOD=no\n\nMOOD_IN=integrate"}
    ran = bench.run({"job": [uses("integrate")]}, everywhere=plain)
    assert ran.results == {"job": "failure"}
    assert "plain-and-seen" in ran.log
    assert "plain-and-seen" in ran.summaries[0]


def test_a_line_that_is_no_variable_is_not_repeated(bench: Bench) -> None:
    ran = bench.run({"job": [uses("deliver", environment=f"A=b\n{SECRET}\n")]})
    assert ran.results == {"job": "failure"}
    assert ran.annotations("error") == [
        ({}, "line 2 of `environment` is not NAME=value. one variable a line")
    ]
    assert SECRET not in "".join(ran.summaries)


def _nothing_ran(bench: Bench, ran: Acted) -> None:
    assert not list(bench.root.parent.rglob("marker"))
    assert not Path("marker").exists()
    said = [text for level in ("error", "warning", "notice") for _, text in ran.annotations(level)]
    assert "planted" not in said
    masks = [event["arg"] for event in ran.events if event.get("command") == "add-mask"]
    assert "visible" not in masks
    assert SECRET not in json.dumps([event.get("arg", "") for event in ran.events])


def test_every_file_that_is_used_is_ours_or_github_s() -> None:
    for file in sorted((ROOT / "github-actions").rglob("action.yml")):
        assert not USES.search(file.read_text()), file
