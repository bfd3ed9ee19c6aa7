"""Comments as a browser draws them: GitHub's Markdown, and its charts by Mermaid itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from comment.test_hostile_values import ATTACKS, everywhere
from comment.told_by import as_github, charts_in, rich, told_by
from msgspec.structs import replace
from outcomes import LOCK, failed, huge, outcome, unanswered

from mlops_ext.comment.body import body
from mlops_ext.contract.evidence import Step

MERMAID = Path(__file__).parents[2] / ".build" / "mermaid" / "mermaid.min.js"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""
pytestmark = pytest.mark.skipif(
    not BROWSER or not MERMAID.is_file(), reason="no Chromium, or no Mermaid (make install fetches it by npm)"
)
PAGE = """<!doctype html><meta charset=utf-8><body>{comments}<pre id=told></pre>
<script src="{mermaid}"></script><script>
document.querySelectorAll("pre[lang=mermaid]").forEach(one => {{
  const chart = document.createElement("div");
  chart.className = "mermaid";
  chart.textContent = one.textContent;
  one.replaceWith(chart);
}});
const tell = error => {{
  const all = selector => [...document.querySelectorAll(selector)];
  document.getElementById("told").textContent = JSON.stringify({{
    error: String(error), alarmed: window.alarmed === true,
    drawn: all(".mermaid > svg").length, bad: all('svg[aria-roledescription="error"]').length,
    taken: all(".mermaid").some(one => one.textContent.includes("Unsupported markdown")),
    foreign: all("img, iframe, object, video, .mermaid script, .mermaid a").length,
    headings: all("h3").map(one => one.textContent),
  }});
}};
mermaid.initialize({{startOnLoad: false, securityLevel: "strict"}});
mermaid.run({{querySelector: ".mermaid"}}).then(() => tell(""), tell);
</script>"""


def look(folder: Path, comments: list[str]) -> dict[str, object]:
    """What the browser makes of comments on one page."""
    told = "".join(f"<section>{as_github(text)}</section>" for text in comments)
    (folder / "page.html").write_text(PAGE.format(comments=told, mermaid=MERMAID.as_uri()), encoding="utf-8")
    words = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        "--dump-dom",
    ]
    words += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000"]
    done = subprocess.run(
        [BROWSER, *words, (folder / "page.html").as_uri()], capture_output=True, text=True, timeout=120
    )
    shown = json.loads(done.stdout.partition('<pre id="told">')[2].partition("</pre>")[0])
    assert isinstance(shown, dict)
    return shown


def test_acceptance_5_pass_fail_and_error_are_drawn(tmp_path):
    comments = [body(one) for one in (rich(), told_by(failed()), told_by(unanswered()), told_by(huge(500)))]
    shown = look(tmp_path, comments)
    charts = sum(len(charts_in(text)) for text in comments)
    assert charts == 5
    assert (shown["error"], shown["drawn"], shown["bad"]) == ("", charts, 0)
    assert shown["headings"] == [
        "✅ integrate passed",
        "❌ integrate failed: 1 of 53 checks",
        "⚠️ integrate could not tell: 1 question without an answer",
        "❌ integrate failed: 500 of 500 checks",
    ]


def test_a_pipeline_in_which_each_step_takes_all_others_is_drawn(tmp_path):
    names = [f"step-{number}" for number in range(60)]
    steps = tuple(Step(name=name, how="ran", after=tuple(names)) for name in names)
    shown = look(tmp_path, [body(told_by(outcome(replace(LOCK, steps=steps))))])
    assert (shown["error"], shown["drawn"], shown["bad"]) == ("", 1, 0)


def test_f64_hostile_values_are_drawn_as_text_and_run_nothing(tmp_path):
    attacks = [
        *ATTACKS,
        "1. x",
        "- x",
        "# x",
        "subgraph x",
        "a; b",
        "]",
        "--> n1",
        '"end"',
        "style n0 fill:red",
    ]
    comments = [body(everywhere(one.replace("alert(1)", "window.alarmed=true"))) for one in attacks]
    shown = look(tmp_path, comments)
    assert (shown["error"], shown["drawn"], shown["bad"]) == ("", 2 * len(attacks), 0)
    assert (shown["alarmed"], shown["foreign"], shown["taken"]) == (False, 0, False)
