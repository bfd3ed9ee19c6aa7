"""The steps of a pipeline as a flowchart, and in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from mlops_ext.comment.label import label
from mlops_ext.contract.evidence import Step
from mlops_ext.words import lasted, plural

MOST = 40
# Beyond 500 Mermaid draws nothing.
EDGES = 400
_STYLES = (
    "classDef failed fill:#cf222e22,stroke:#cf222e",
    "classDef ran fill:#3b6fd422,stroke:#3b6fd4",
    "classDef other fill:#8882,stroke:#888",
)
_CLASS = {"failed": "failed", "ran": "ran"}
_HOW = {
    "ran": "ran",
    "unchanged": "unchanged",
    "run-cache": "from the run cache",
    "changed": "changed",
    "not-reached": "not reached",
    "failed": "failed",
}


def in_words(steps: Sequence[Step]) -> str:
    """How many steps there are, and how many of them did what."""
    known = [_HOW[step.how] for step in steps if step.how in _HOW]
    words = [f"{known.count(word)} {word}" for word in dict.fromkeys(known)]
    return f"{plural(len(steps), 'step')}, {', '.join(words)}" if words else plural(len(steps), "step")


def flowchart(steps: Sequence[Step]) -> Iterator[str]:
    """A box for each step, coloured where it ran or failed; names never become ids."""
    steps = steps[:MOST]
    ids = {step.name: f"n{place}" for place, step in enumerate(steps)}
    yield "flowchart LR"
    for step in steps:
        spent = f" {lasted(step.seconds)}" if step.seconds is not None and step.how == "ran" else ""
        how = f"<br>{_HOW[step.how]}{spent}" if step.how in _HOW else ""
        name = label(step.name) or "step"
        yield f'  {ids[step.name]}["{name}{how}"]:::{_CLASS.get(step.how, "other")}'
    edges = ((ids[one], ids[step.name]) for step in steps for one in dict.fromkeys(step.after) if one in ids)
    yield from (f"  {one} --> {other}" for one, other in islice(edges, EDGES))
    yield from (f"  {style}" for style in _STYLES)
