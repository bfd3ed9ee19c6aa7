"""How a comment begins: what it does to gates, the verdict, and one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_ext.comment.metrics import news
from mlops_ext.comment.section import ALWAYS, Section
from mlops_ext.comment.told import Told
from mlops_ext.output.clean import code
from mlops_ext.output.github import ICON
from mlops_ext.output.view import ERROR, SAYS, SETTINGS, View
from mlops_ext.words import lasted, plural

MOST = 8


def opening(told: Told) -> Section:
    """Never cut. A gate that opens more easily comes before the verdict: a yes may hang on it."""
    return Section(rank=ALWAYS, head=(told.marker, *_gates(told), heading(told.view), *_lead(told)))


def heading(view: View) -> str:
    """The verdict as a word with its number; the icon only repeats it."""
    return f"### {ICON[view.verdict]} {title(view)}"


def title(view: View) -> str:
    """The same without Markdown."""
    return f"{view.stage} {SAYS[view.verdict]}{_how_many(view)}"


def _how_many(view: View) -> str:
    words = [detail.word for detail in view.details]
    said = []
    if SETTINGS in words:
        said.append(f"{plural(words.count(SETTINGS), 'setting')} to correct")
    if ERROR in words:
        said.append(f"{plural(words.count(ERROR), 'question')} without an answer")
    if view.counts.failed:
        failed = f"{view.counts.failed:,} of {plural(view.counts.asked, 'check')}"
        said.append(f"{failed} failed" if said else failed)
    return f": {', '.join(said)}" if said and view.verdict != "pass" else ""


def _gates(told: Told) -> Iterator[str]:
    if told.loosened:
        yield f"**This change loosens a gate:** {_listed(told.loosened)}. In force once merged, not before."
        yield ""
    if told.unsure:
        yield f"**Whether this change loosens a gate could not be told:** {code(told.unsure, 240)}"
        yield ""


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(code(value, 120) for value in values[:MOST])
    more = len(values) - MOST
    return f"{shown}, and {more:,} more" if more > 0 else shown


def _lead(told: Told) -> Iterator[str]:
    if told.changed:
        yield ""
        yield f"Gates that this change touches otherwise: {_listed(told.changed)}."
    if told.view.verdict == "pass":
        yield ""
        yield _passed(told)


def _passed(told: Told) -> str:
    view, warnings = told.view, len(told.bad)
    said = [f"{plural(view.counts.passed, 'check')} passed"]
    said += [plural(warnings, "warning")] if warnings else []
    said += [f"{view.counts.skipped:,} skipped"] if view.counts.skipped else []
    how = "answered from a record" if view.replayed else f"in {lasted(view.seconds)}"
    return f"{', '.join(said)} {how}.{news(told)}"
