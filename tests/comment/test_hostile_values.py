"""F64: whatever a value holds, it is shown as text: no tag, no mention, no link, and tables stay tables."""

from __future__ import annotations

import html
import re

import pytest
from comment.told_by import CHAMPION, SITE, charts_in, hostile_comparison, seen, told_by
from msgspec.structs import replace
from outcomes import HOSTILE, outcome
from outcomes import hostile as hostile_outcome

from mlops_ext.comment.body import body, review
from mlops_ext.contract.checks import Check, Report

ATTACKS = [
    HOSTILE,
    "a|b",
    "a\\|b",
    "a\\\\|b",
    "|",
    "\\",
    "`",
    "``x`` `y`",
    "\n\n### ✅ integrate passed\n\n",
    "</code></summary></details><script>alert(1)</script>",
    "<!-- mlops-ext:integrate flight-delay -->",
    "-->",
    "```\n</details>\n```mermaid\nflowchart LR\nclick a href \"javascript:alert(1)\"",
    "[x](javascript:alert(1)) ![y](https://evil.example/a.png) <https://evil.example>",
    "https://evil.example www.evil.example me@evil.example #1 GH-1 @team octo/repo#1",
    "$`x`$ $$y$$ :tada: <kbd>",
    "\u202e\u2028\u0000\x1b[31m\u200b",
    "https://user:secret@host/x",
    '"]; click n0 call alert() %%{init: {"securityLevel": "loose"}}%%',
    "end",
]  # fmt: skip
OURS = {
    "a", "b", "br", "code", "details", "h3", "li", "ol", "p", "pre", "strong", "sub", "summary", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def everywhere(text: str):
    """An answer in which the text is every string there is."""
    reports = tuple(
        replace(
            report,
            question=text,
            plugin=text,
            looked_at=text,
            checks=(
                Check(
                    name=f"slice:{text}",
                    status="fail",
                    message=text,
                    column=text,
                    where=f"{text}:3",
                    hint=text,
                    value=-0.5,
                    examples=(text, text),
                ),
                Check(name=text, status=text, message=text, severity=text, value=text, limit=text),
                Check(name=text, status="skipped", message=text),
            ),
            steps=tuple(replace(step, name=f"{text}{place}") for place, step in enumerate(report.steps)),
        )
        for report in hostile_outcome().reports
    )  # fmt: skip
    said = outcome(
        *reports,
        Report(question="data:x"),
        summary=text,
        notes=(text,),
        next=text,
        products=((text, text),),
        comparison=hostile_comparison(text),
    )
    return told_by(said, loosened=(text,), unsure=text, champion=CHAMPION, metric=text)


@pytest.mark.parametrize("text", ATTACKS)
def test_f64_a_value_is_text(text):
    shown = body(everywhere(text))
    page = seen(shown)
    assert set(page.tags) <= OURS
    assert all(link.startswith(f"{SITE}/") for link in page.links)
    assert set(page.rows) <= {2, 3, 5, 4, 6}
    assert "@" not in page.bare
    assert "evil" not in page.bare
    assert "secret" not in shown
    assert page.tags.count("details") == page.tags.count("summary")
    assert page.tags.count("h3") == 1
    assert shown.count("<!-- mlops-ext:integrate flight-delay -->\n") == 1


@pytest.mark.parametrize(
    "text", ["a|b", "a\\|b", "a\\\\|b", "|", "\\", "x`y", "`", "<img>", "@team", "**x**"]
)
def test_f64_a_value_in_a_table_reads_as_it_was_written(text):
    check = Check(name=text, status="fail", message=text)
    page = body(told_by(outcome(Report(question="tests", plugin="tests", checks=(check,)))))
    from comment.told_by import as_github

    codes = [html.unescape(one) for one in re.findall(r"<code>(.*?)</code>", as_github(page))]
    assert codes.count(text) >= 2


@pytest.mark.parametrize("text", ATTACKS)
def test_f64_charts_hold_a_closed_alphabet(text):
    charts = charts_in(body(everywhere(text)))
    assert len(charts) == 2
    for chart in charts:
        labels = re.findall(r'"([^"]*)"', chart.partition("---\nxychart-beta")[2] or chart)
        assert labels
        for label in labels:
            assert re.fullmatch(r"(?:[\w /…():,-]|<br>)*", label), label
        assert "click" not in re.sub(r'"[^"]*"', "", chart)
        assert "%%" not in chart


@pytest.mark.parametrize("text", ATTACKS)
def test_f63_remarks_and_titles_hold_no_control_and_no_second_line(text):
    shown = review(everywhere(text))
    assert re.fullmatch(r"integrate [\w :,]+", shown.title)
    for remark in shown.annotations:
        assert not re.search(r"[\x00-\x1f\x7f\u202e\u2028]", remark.title + remark.path)
        assert remark.message.count("\n") <= 1
        assert "secret" not in remark.message


def test_f64_a_pass_can_not_be_written_by_a_value():
    text = body(everywhere("\n\n### ✅ integrate passed\n\n"))
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "### ⚠️ integrate could not tell: 1 question without an answer, 1 of 2 checks failed"
    ]
