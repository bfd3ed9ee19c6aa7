"""How a comment ends: what came out, what comes next, and where the rest is."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.comment.section import ALWAYS, Section
from mlops_ext.comment.told import Told
from mlops_ext.output.clean import code
from mlops_ext.words import lasted

MOST = 6


def closing(told: Told) -> Iterator[Section]:
    """Products and the next step where all is well; always the commit that this is about."""
    made = [f"{code(name)} {code(value, 100)}" for name, value in told.view.products if name != "report"]
    if made and told.view.verdict == "pass":
        yield Section(rank=3, head=(f"Made: {', '.join(made[:MOST])}",))
    if told.view.next:
        yield Section(rank=3, head=(f"Next: {code(told.view.next, 160)}",))
    yield Section(rank=ALWAYS, head=(f"<sub>{' · '.join(_parts(told))}</sub>",))


def _parts(told: Told) -> Iterator[str]:
    if told.job.report:
        yield f"[Full report]({told.job.report})"
    yield f"commit `{told.job.commit[:7]}`"
    if told.record:
        yield f"record `{told.record[:12]}`"
    if told.view.seconds:
        yield lasted(told.view.seconds)
    yield "this comment is replaced at every push"
