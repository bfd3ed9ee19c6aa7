"""The page: the answer first, every value escaped, nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from datetime import UTC, datetime

import pytest

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.records import StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.lineage import Link
from mlops_ext.overview import Place
from mlops_ext.page import facts as page_facts
from mlops_ext.page import trend
from mlops_ext.page.render import render

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}"


def window(week, value, status="pass", question="quality", version="m/1"):
    check = Check(name="auc", status=status, value=value, limit=0.7, message=HOSTILE)
    end = datetime(2026, 1, 1 + 7 * week, tzinfo=UTC).isoformat()
    return StageRecord(
        stage="monitor",
        project="p",
        key="k",
        zone="local",
        verdict=status,
        summary=HOSTILE,
        reports=(Report(question=question, checks=(check,)),),
        inputs=(Ref(kind="window", name=f"x/{end}"), Ref(kind="model-version", name=version)),
        ended=end,
    )


def facts(**more):
    place = Place("production", "service of m", "m/1 abc", "ready", "http://127.0.0.1:1", "2026-01-01T00:00")
    given = {
        "project": HOSTILE,
        "model": "m",
        "tone": "ok",
        "answer": "Version 1 serves production and is well",
        "since": HOSTILE,
        "numbers": (("auc", "0.7", HOSTILE),),
        "waits": ((HOSTILE, HOSTILE, "mlops-ext x"),),
        "cards": tuple(
            page_facts.Card(s, "pass", "passed", HOSTILE, "t", "r") for s in ("develop", "monitor")
        ),
        "places": (place,),
        "charts": tuple(c for c in (trend.quality([window(1, 0.7), window(2, 0.6, "fail")]),) if c),
        "links": (Link("data", HOSTILE, HOSTILE, "BROKEN"),),
        "failed": (page_facts.Failed(Check(name=HOSTILE, status="fail", value=0.5, rows=3), "monitor", "t"),),
        "records": 3,
        "made": "now",
    }
    return page_facts.Facts(**{**given, **more})


def test_values_are_text_and_only_our_script_may_run():
    page = render(facts())
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]+'", html.unescape(page))
    assert "style=" not in page
    assert not re.search(r"\son[a-z]+=", page.replace("onerror=alert(2)", ""))


def test_the_policy_is_the_hash_of_what_stands_between_the_tags():
    page = render(facts())
    for tag in ("script", "style"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body.group(1).encode()).digest()).decode()
        assert f"'sha256-{digest}'" in html.unescape(page)


def test_it_asks_nothing_of_the_network():
    assert not re.search(r"(src|href)=[\"']?https?:", render(facts()))


def test_an_empty_project_has_a_page():
    page = render(facts(charts=(), links=(), failed=(), places=(), waits=()))
    assert "No version serves, so there is no chain" in page


def test_a_trend_begins_with_the_second_window():
    assert trend.quality([window(1, 0.7)]) is None
    chart = trend.quality([window(2, 0.6, "fail"), window(1, 0.7)])
    assert chart is not None
    assert [point.bad for point in chart.points] == [False, True]
    assert chart.xy[0][0] < chart.xy[1][0]
    assert chart.xy[0][1] < chart.xy[1][1]


def test_windows_that_are_not_known_make_no_point():
    assert trend.quality([window(1, 0.7, "skipped"), window(2, None), window(3, 0.5)]) is None


@pytest.mark.parametrize(
    ("verdict", "tone", "words"),
    [("pass", "ok", "is well"), ("fail", "alarm", "is not well"), ("error", "alarm", "could not be judged")],
)
def test_the_answer_is_a_sentence(verdict, tone, words):
    place = Place("production", "service of m", "m/3 abc", "ready", "x", "2026-01-01T00:00:00")
    found = page_facts._answer((place,), [window(1, 0.7, verdict, version="m/3")], "m")
    assert found[0] == tone
    assert found[1].startswith("Version 3 serves production")
    assert words in found[1]
    assert page_facts._answer((), [], "m")[1] == "No version of m serves"


@pytest.mark.parametrize(("version", "since"), [("m/4", "2026-01-01"), ("m/3", "2026-02-01")])
def test_a_window_of_another_version_or_time_says_nothing_of_what_serves(version, since):
    place = Place("production", "service of m", "m/3 abc", "ready", "x", since)
    found = page_facts._answer((place,), [window(1, 0.7, "fail", version=version)], "m")
    assert found[:2] == ("wait", "Version 3 serves production and was not monitored yet")
