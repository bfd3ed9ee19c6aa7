"""The page as people open it: `integrate --html` of a real project, in a real browser where there is one."""

from __future__ import annotations

import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from functional.tables import TableProject, expect
from outcomes import hostile
from projects.make import Tiny

from mlops_ext.page.stage import page

BROWSER = next(
    (found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), ""
)
needs_browser = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")
PROBE = """<!doctype html><iframe id=page width={width} height=900></iframe><pre id=told></pre><script>
const frame = document.getElementById("page");
frame.onload = () => {{
  const inside = frame.contentDocument, root = inside.documentElement;
  document.getElementById("told").textContent = JSON.stringify({{
    h1: inside.querySelector("h1").textContent, scripts: root.classList.contains("js"),
    overflow: root.scrollWidth - root.clientWidth, images: inside.images.length,
    styled: frame.contentWindow.getComputedStyle(inside.querySelector("h1")).fontSize,
    requests: frame.contentWindow.performance.getEntriesByType("resource").length,
    alarmed: window.alarmed === true || frame.contentWindow.alarmed === true}});
}};
frame.src = "page.html";
</script>"""


def look(folder: Path, text: str, width: int) -> dict[str, object]:
    """What the browser makes of a page in a frame of this width."""
    (folder / "page.html").write_text(text, encoding="utf-8")
    (folder / "probe.html").write_text(PROBE.format(width=width), encoding="utf-8")
    words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    words += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", "--dump-dom"]
    done = subprocess.run(
        [BROWSER, *words, (folder / "probe.html").as_uri()], capture_output=True, text=True, timeout=120
    )
    told = done.stdout.partition('<pre id="told">')[2].partition("</pre>")[0]
    return json.loads(told)


@pytest.mark.parametrize("width", [1280, 390, 320])
@needs_browser
def test_hostile_values_neither_run_nor_break_the_page(tmp_path: Path, width: int) -> None:
    text = page(hostile().stored).replace("alert(1)", "top.alarmed=1")
    told = look(tmp_path, text, width)
    assert {name: told[name] for name in ("scripts", "overflow", "images", "requests", "alarmed")} == {
        "scripts": True,
        "overflow": 0,
        "images": 0,
        "requests": 0,
        "alarmed": False,
    }
    assert told["styled"] == ("29px" if width > 640 else "23px")


@needs_browser
def test_a_page_whose_script_was_changed_runs_none(tmp_path: Path) -> None:
    text = page(hostile().stored).replace('classList.add("js")', 'classList.add("js") ')
    assert look(tmp_path, text, 1280)["scripts"] is False


class Headline(HTMLParser):
    """The text of the first heading."""

    said = ""
    inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "h1"

    def handle_data(self, data: str) -> None:
        self.said += data if self.inside else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def headline(path: Path) -> str:
    parser = Headline()
    parser.feed(path.read_text("utf-8"))
    return parser.said


def test_a_failed_table_has_the_same_answer_on_screen_in_json_and_on_the_page(
    table_project: TableProject,
) -> None:
    table_project.suite(expect("column_values_to_be_in_set", column="channel", value_set=["nothing"]))
    table_project.commit("a suite that nothing meets")
    done = table_project.call("integrate", "--html", "--format", "json", code=1)
    document = json.loads(done.stdout)
    drawn = table_project.root / document["products"]["report"][0]
    assert headline(drawn) == document["sentence"]
    shown = table_project.call("report", "--record", document["record"][:12])
    assert document["sentence"] in shown.stdout.splitlines()
    again = table_project.root / ".mlops-ext" / f"{document['record'][:12]}.html"
    assert again.read_text("utf-8") == drawn.read_text("utf-8"), "all that it shows is in the record"


def test_a_project_that_passes_draws_tables_and_steps(tiny: Tiny) -> None:
    document = json.loads(tiny.call("integrate", "--html", "--format", "json").stdout)
    text = (tiny.root / document["products"]["report"][0]).read_text("utf-8")
    assert document["verdict"] == "pass"
    assert text.count('<svg class="bars"') > 3
    assert text.count('<g class="step ') > 1
    assert text.count("<table") > 3


def test_a_part_has_no_page_and_an_unknown_record_is_said(table_project: TableProject) -> None:
    part = table_project.call("integrate", "--html", "--only", "data", code=2)
    said = "--html draws a record, and a part, a dry run or --staged leaves none"
    assert part.stderr.splitlines()[0] == said
    lost = table_project.call("report", "--record", "deadbeef00", code=2)
    assert lost.stderr.splitlines()[0] == "no record `deadbeef00`"
