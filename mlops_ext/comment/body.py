"""An answer as a reviewer reads it: the verdict, what to do, what to know, and never too long."""

from __future__ import annotations

from mlops_ext.comment.charts import charts
from mlops_ext.comment.checks import checks, notes, params
from mlops_ext.comment.closing import closing
from mlops_ext.comment.data import data
from mlops_ext.comment.metrics import metrics
from mlops_ext.comment.opening import opening, title
from mlops_ext.comment.problems import problems
from mlops_ext.comment.remarks import remarks
from mlops_ext.comment.section import fitted
from mlops_ext.comment.slices import slices
from mlops_ext.comment.told import Told
from mlops_ext.contract.review import Review


def body(told: Told) -> str:
    """The whole comment; its first line is the marker."""
    parts = (problems, metrics, slices, params, data, checks, charts, notes, closing)
    return fitted([opening(told), *(section for part in parts for section in part(told))])


def review(told: Told) -> Review:
    """What a plugin shows where the change is reviewed."""
    text = body(told)
    return Review(
        change=told.job.change,
        commit=told.job.commit,
        marker=told.marker,
        body=text,
        stage=told.view.stage,
        verdict=told.view.verdict,
        title=title(told.view),
        summary=text.removeprefix(told.marker).lstrip("\n"),
        annotations=remarks(told),
    )
