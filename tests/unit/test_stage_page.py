"""The page of one record: its structure, read by an HTML parser; nothing from outside is more than text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from outcomes import COMPARISON, HOSTILE, failed, hostile, huge, outcome, passed, unanswered

from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.evidence import ColumnSeen, Step
from mlops_ext.output.clean import clean
from mlops_ext.output.view import view_of
from mlops_ext.page import pictures
from mlops_ext.page.stage import MOST_BAD, page

VOID = {"meta", "br", "input", "link", "img", "hr"}
OURS = {
    "html", "head", "meta", "title", "style", "script", "body", "a", "header", "div", "p", "b", "span", "nav",
    "button", "main", "section", "h1", "h2", "h3", "h4", "dl", "dt", "dd", "code", "small", "time", "table",
    "thead", "tbody", "tr", "th", "td", "details", "summary", "ul", "li", "figure", "figcaption", "footer",
    "svg", "symbol", "use", "path", "g", "rect", "text", "line", "polyline", "defs", "marker",
}  # fmt: skip


class Page(HTMLParser):
    """Every element, its attributes, and the text by the tag it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


EVERY = pytest.mark.parametrize("made", [passed(), failed(), unanswered(), hostile(), huge()])


@EVERY
def test_it_is_well_formed_and_of_our_elements_only(made) -> None:
    found = Page(page(made.stored))
    assert found.open == []
    assert {tag for tag, _ in found.elements} <= OURS
    names = {name for _, attributes in found.elements for name in attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [attributes["href"] for _, attributes in found.elements if "href" in attributes]
    assert {target[0] for target in targets} == {"#"}
    assert {target[1:] for target in targets} <= set(ids)
    for _, attributes in found.elements:
        for name in ("aria-labelledby", "data-copy"):
            assert attributes.get(name, ids[0]) in ids


@EVERY
def test_the_answer_is_the_sentence_of_the_terminal(made) -> None:
    found, view = Page(page(made.stored)), view_of(made)
    sentence = clean(view.sentence)
    assert " ".join(found.text("h1")) == sentence
    assert found.text("title")[0] == f"flights: {sentence}"
    assert ("again" in {attributes.get("id") for attributes in found.all("code")}) == bool(view.again)


@EVERY
def test_only_our_own_script_and_style_may_run(made) -> None:
    text = page(made.stored)
    policy = next(a["content"] for a in Page(text).all("meta") if a.get("http-equiv"))
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"@import|url\((?!#)", re.findall(r"<style>(.*?)</style>", text, re.DOTALL)[0])


def test_what_comes_from_outside_is_text() -> None:
    found = Page(page(hostile().stored))
    shown = clean(HOSTILE)
    assert " ".join(shown.split()) in [" ".join(text.split()) for text in found.text("h3")]
    assert "\u202e" not in page(hostile().stored)
    assert "49" not in "".join(found.text("h1"))


def test_what_is_not_well_has_a_row_with_numbers_place_and_help() -> None:
    found = Page(page(failed().stored))
    assert "0.693 to 0.701 in 50 steps, limit lower than 0.693" in found.text("span")
    assert "src/train.py:48" in found.text("code")
    assert "mlops-ext integrate --only tests" in found.text("code")
    labels = [a["aria-label"] for a in found.all("svg") if "aria-label" in a]
    assert labels == [
        "most frequent: UA, 75% of those shown",
        "4 bins from -30.0 to 300.5, fullest is number 2 with 74%",
        "Pipeline of 3 steps in the order in which they run; failed: train",
        "loss over step: train from 0.693 to 0.701",
    ]
    assert found.all("time")[0]["datetime"] == "2026-11-25T09:00:00.000+00:00"


def test_hundreds_of_columns_stay_small() -> None:
    text = page(huge(500).stored)
    assert len(text.encode()) < 300_000
    assert f"{500 - MOST_BAD} more: " in text


@pytest.mark.parametrize("comparison", [COMPARISON, None])
def test_a_comparison_has_a_section_where_there_is_one(comparison: Comparison | None) -> None:
    found = Page(page(failed(comparison=comparison).stored))
    ids = {attributes.get("id") for _, attributes in found.elements}
    assert ("comparison" in ids) == (comparison is not None)


def test_an_empty_record_has_a_page() -> None:
    assert "Nothing was asked." in Page(page(outcome(summary="0 checks").stored)).text("p")


@pytest.mark.parametrize(
    ("counts", "path"),
    [
        ((), ""),
        ((0, 0), ""),
        ((1, 2), "M0 26v-13h59v13zM60 26v-26h59v26z"),
        ((0, 1_000_000, 1), "M40 26v-26h39v26zM80 26v-2h39v2z"),
    ],
)
def test_bars(counts: tuple[int, ...], path: str) -> None:
    assert pictures.bars(counts) == path


def test_bars_in_words() -> None:
    assert pictures.bars_said(ColumnSeen(name="x", type="float")) == "no values"


def test_steps_lie_behind_those_that_they_follow() -> None:
    steps = (
        Step(name="a"),
        Step(name="b", after=("a",)),
        Step(name="c", after=("a",)),
        Step(name="d", after=("a", "b", "c", "nobody")),
    )
    drawn = pictures.layout(steps)
    places = {box.step.name: (box.x, box.y) for box in drawn.boxes}
    assert places == {"a": (1, 1), "b": (221, 1), "c": (221, 73), "d": (441, 1)}
    assert len(drawn.lines) == 4, "a to d goes over b and c"
    assert (drawn.width, drawn.height) == (441 + 176 + 2, 73 + 54 + 2)


def test_many_layers_go_down_and_too_many_steps_are_a_table() -> None:
    chain = [Step(name=str(n), after=(str(n - 1),) if n else ()) for n in range(8)]
    assert {box.x for box in pictures.layout(chain).boxes} == {1}
    assert pictures.layout([Step(name=str(n)) for n in range(61)]).boxes == ()


def test_a_ring_ends() -> None:
    assert len(pictures.layout([Step(name="a", after=("b",)), Step(name="b", after=("a",))]).boxes) == 2
