"""Each stage's action: it passes, says no, or can't tell; its step, outputs, summary and answer say so."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from acting.acted import Acted

from actions.bench import STAGES, Bench, uses

DIGEST = r"sha256:[0-9a-f]{64}"
PRODUCTS = {
    "integrate": {"package": DIGEST},
    "deliver": {"deployment": f"test {DIGEST}"},
    "trigger": {"model-version": "late/1"},
    "release": {"model-version": "late/1", "service": r"http://127\.0\.0\.1:4711"},
}
UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"
ENDS = {
    "no": ("fail", "❌", "0.71 is below 0.80"),
    "error": ("error", "⚠️", "the store does not answer"),
}


def asked(stage: str, **given: str) -> list[dict[str, Any]]:
    """One stage, and its answer as an artifact whatever it is."""
    path = {"name": stage, "path": f"${{{{ steps.{stage}.outputs.answer }}}}", "if-no-files-found": "error"}
    return [uses(stage, **given), {"if": "always()", "uses": UPLOAD, "with": path}]


def test_every_stage_passes_and_hands_over_what_it_made(looped: tuple[Bench, Acted]) -> None:
    _, ran = looped
    assert ran.results == {"loop": "success"}, ran.log
    for stage in STAGES:
        out = ran.outputs(stage)
        assert out["verdict"] == "pass"
        assert re.fullmatch("[0-9a-f]{64}", out["record"]), (stage, out)
        assert out["report"].endswith("page.html")
        for name, wanted in PRODUCTS.get(stage, {}).items():
            assert re.fullmatch(wanted, out[name]), (stage, name, out[name])
    firsts = [text.partition("\n")[0] for text in ran.summaries]
    assert firsts == [f"### ✅ {stage} pass" for stage in (*STAGES, "trigger")]


@pytest.mark.parametrize("mood", ["no", "error"])
def test_every_stage_that_does_not_pass_is_a_failed_step_that_says_why(
    bench: Bench, looped: tuple[Bench, Acted], mood: str
) -> None:
    earlier, ran = looped
    bench.with_store_of(earlier)
    other = {
        "deliver": {"package": ran.outputs("integrate")["package"]},
        "trigger": {"demand": "a third quarter"},
        "monitor": {"as-of": "2026-05-01"},
    }
    ran = bench.run(
        {stage: asked(stage, **other.get(stage, {})) for stage in STAGES},
        env={stage: {"MOOD_IN": stage, "MOOD": mood} for stage in STAGES},
    )
    word, icon, found = ENDS[mood]
    assert ran.results == dict.fromkeys(STAGES, "failure"), ran.log
    for stage in STAGES:
        assert ran.steps[f"{stage}/{stage}"] == "failure"
        assert ran.outputs(stage, job=stage)["verdict"] == word, (stage, ran.log)
        summary = next(text for text in ran.summaries if text.startswith(f"### {icon} {stage} {word}"))
        answer = json.loads((ran.artifacts / stage / "answer.json").read_text())
        assert answer["result"]["verdict"] == word
        assert (ran.artifacts / stage / "page.html").exists() == bool(answer["result"]["record"])
        assert found in summary or stage in ("develop", "trigger"), summary
    places = [place for place, text in ran.annotations("error") if found in text]
    assert places
    if mood == "no":
        assert {"file": "data/visits.csv", "line": "3"} in places


def test_an_approval_comes_first_and_a_delivery_without_one_is_refused(bench: Bench) -> None:
    settings = (bench.root / "mlops-ext.toml").read_text()
    bench.write({"mlops-ext.toml": f'{settings}approval = "local"\n'})
    refused = {**uses("deliver", id="refused"), "continue-on-error": True}
    ran = bench.run({"job": [uses("integrate"), refused, uses("deliver", approve="true")]})
    assert ran.results == {"job": "success"}, ran.log
    assert ran.outputs("refused", "deliver")["verdict"] == "fail"
    assert ran.outputs("deliver")["verdict"] == "pass"
    both = [text for text in ran.summaries if "approve pass" in text]
    assert len(both) == 1
    assert "### ✅ deliver pass" in both[0]


def test_an_approval_that_is_not_given_delivers_nothing(bench: Bench) -> None:
    ran = bench.run({"job": [uses("deliver", approve="true")]})
    assert ran.results == {"job": "failure"}
    assert "no tested package to approve" in ran.annotations("error")[0][1]
    assert ran.outputs("deliver", "deliver")["verdict"] == "fail"
    assert len(ran.annotations("error")) == 1
