"""The page of one develop: its trials and what differs."""

from __future__ import annotations

from mlops_ext.output.view import SAYS
from mlops_ext.page.render import fill
from mlops_ext.page.stage import TONE
from mlops_ext.page.sweep import pictures
from mlops_ext.stages.sweep import best_of
from mlops_ext.stages.work import Outcome


def render(project: str, outcome: Outcome) -> str:
    """The page."""
    word = f"develop {SAYS[outcome.verdict.word]}"
    best = outcome.sweep and best_of(outcome.sweep)
    return fill(
        "develop.html.j2",
        project=project,
        answer=f"B{best[1:]}" if best else word,
        more=f"{word}: {outcome.summary}",
        tone=TONE.get(outcome.verdict.word, "wait"),
        sweep=outcome.sweep,
        pictures=pictures(outcome.sweep) if outcome.sweep else (),
        comparison=outcome.comparison,
        notes=outcome.notes,
        record=outcome.stored.digest if outcome.stored else "",
    )
