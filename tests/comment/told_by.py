"""Comments as tests make them: an outcome, as another job reads it from a file, and what is around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import cmarkgfm
from cmarkgfm.cmark import Options
from outcomes import HOSTILE, passed

from mlops_ext.comment.marker import marker
from mlops_ext.comment.told import Job, Told, record_of, viewed
from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.comparison import (
    ColumnDifference,
    Comparison,
    Curve,
    Difference,
    Series,
    TableDifference,
)
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.refs import Metric
from mlops_ext.output.machine import result
from mlops_ext.stages.work import Outcome

COMMIT = "9f31c2d4" * 5
SITE = "https://github.com/acme/flights"
JOB = Job(change=7, commit=COMMIT, report=f"{SITE}/actions/runs/1", site=SITE)


def told_by(outcome: Outcome, **more: Any) -> Told:
    """What a comment says of an outcome."""
    said = result(outcome)
    known = {"job": JOB, "marker": marker(said.stage, "flight-delay"), "record": record_of(said)}
    return Told(view=viewed(said, more.pop("doubts", ())), **{**known, **more})


def _losses(name: str, start: float) -> Series:
    steps = tuple(float(step) for step in range(1, 31))
    return Series(name=name, x=steps, y=tuple(start / step**0.3 for step in steps))


RICH = Comparison(
    before="main 1a2b3c4",
    after="workspace",
    metrics=(
        Difference(name="roc_auc", before=0.7431, after=0.7528, change=0.0097),
        Difference(name="log_loss", before=0.5084, after=0.4981, change=-0.0103),
        Difference(name="rows", before=258_197.0, after=268_411.0, change=10_214.0),
        Difference(name="brier", before=0.17, after=0.17, change=0.0),
    ),
    params=(Difference(name="params.yaml:train.depth", before=6.0, after=8.0, change=2.0),),
    tables=(
        TableDifference(
            name="flights",
            status="changed",
            rows_before=258_197,
            rows_after=268_411,
            columns=(
                ColumnDifference(column="wind_gust", what="added", after="float"),
                ColumnDifference(column="tailnum", what="removed", before="string"),
                ColumnDifference(column="hour", what="retyped", before="integer", after="float"),
                ColumnDifference(
                    column="dep_delay", what="nulls", before="0 of 258,197", after="1,204 of 268,411"
                ),
                ColumnDifference(column="carrier", what="categories", after="9E (1,204)"),
            ),
        ),
        TableDifference(name="weather", status="same"),
    ),
    curves=(
        Curve(
            name="loss",
            x="step",
            y="loss",
            series=(_losses("main 1a2b3c4", 0.69), _losses("workspace", 0.66)),
        ),
    ),
    notes=("plots/roc.json was not compared: it is no table of numbers",),
)
CHAMPION = ModelVersion(
    model="flight-delay",
    version=14,
    digest="sha256:00",
    uri="",
    metrics=(Metric(name="roc_auc", value=0.741), Metric(name="log_loss", value=0.509)),
)
SLICES = Report(
    question="quality",
    plugin="mlflow",
    looked_at="flights md5:9c11",
    seconds=3.0,
    checks=tuple(
        Check(
            name=f"slice:origin={name}",
            status=status,
            rows=rows,
            value=gain,
            limit=-0.005,
            message="roc_auc gain",
        )
        for name, rows, gain, status in (
            ("JFK", 17_530, 0.015, "pass"), ("EWR", 18_204, -0.012, "fail"), ("LGA", 16_018, 0.012, "pass")
        )
    ),
)  # fmt: skip


def rich(**more: Any) -> Told:
    """A change that is better in most ways, and says all that a comment can say."""
    return told_by(passed(comparison=RICH), champion=CHAMPION, metric="roc_auc", **more)


def hostile_comparison(text: str = HOSTILE) -> Comparison:
    """Every string of a comparison is an attack."""
    column = ColumnDifference(column=text, what=text, before=text, after=text)
    return Comparison(
        before=text,
        after=text,
        metrics=(Difference(name=text, before=text, after=1.0, why=text), Difference(name=text, change=2.0)),
        params=(Difference(name=text, before=text, after=text),),
        tables=(
            TableDifference(name=text, status=text, columns=(column,), why=text),
            TableDifference(
                name=text,
                status="changed",
                columns=tuple(
                    ColumnDifference(column=text, what=what, before=text, after=text)
                    for what in ("added", "removed", "retyped", "nulls", "categories", "range")
                ),
            ),
        ),
        curves=(
            Curve(
                name=text,
                x=text,
                y=text,
                series=(
                    Series(name=text, x=(0.0, 1.0), y=(0.0, 1.0)),
                    Series(name=text, x=(0.0, 1.0), y=(1.0, 0.0)),
                ),
            ),
        ),
        notes=(text,),
    )


@dataclass
class Seen(HTMLParser):
    """What a page holds: its tags, its links, the cells of each row, and text outside of code."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    bare: str = ""
    within: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1
        if tag in ("code", "pre"):
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("code", "pre"):
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within:
            self.bare += data


def as_github(markdown: str) -> str:
    """The HTML that GitHub's own library makes, raw HTML kept as GitHub does before its filter."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_HARDBREAKS
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, options=options)
    return html


def seen(markdown: str) -> Seen:
    """The comment as a browser would read it."""
    found = Seen()
    found.feed(as_github(markdown))
    return found


def charts_in(markdown: str) -> list[str]:
    """The sources of the charts."""
    return re.findall(r"^```mermaid\n(.*?)^```$", markdown, flags=re.DOTALL | re.MULTILINE)
