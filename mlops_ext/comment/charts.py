"""Pictures that GitHub draws from text. Nothing is said here alone: some pages do not draw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from msgspec.structs import replace

from mlops_ext.comment.flowchart import flowchart, in_words
from mlops_ext.comment.section import Section, folded
from mlops_ext.comment.told import Told
from mlops_ext.comment.xychart import drawable, xychart
from mlops_ext.contract.comparison import Comparison, Curve
from mlops_ext.output.clean import one_line


def charts(told: Told) -> Iterator[Section]:
    """The steps of the pipeline, and the first curve that differs: each behind a line with its result."""
    reports = [row.report for row in told.view.rows]
    steps = next((report.steps for report in reports if len(report.steps) > 1), ())
    if steps:
        yield _folded("Pipeline", in_words(steps), flowchart(steps))
    compared = told.view.comparison
    curves = [*(_curves(compared) if compared else ()), *(one for report in reports for one in report.curves)]
    drawn = next((curve for curve in curves if drawable(curve)), None)
    if drawn:
        yield _folded("Curve", f"<code>{escape(one_line(drawn.name))}</code>", xychart(drawn))


def _curves(compared: Comparison) -> Iterator[Curve]:
    """Those of the comparison, with our word for the side of the change."""
    for curve in compared.curves:
        series = (replace(one, name=_side(one.name, compared.after)) for one in curve.series)
        yield replace(curve, series=tuple(series))


def _side(name: str, after: str) -> str:
    return f"this change{name.removeprefix(after)}" if after and name.startswith(after) else name


def _folded(title: str, said: str, lines: Iterable[str]) -> Section:
    return folded(10, title, said, ("```mermaid", *lines, "```"), ())
