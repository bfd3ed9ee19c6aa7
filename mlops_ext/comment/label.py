"""Text from outside inside of a chart, whose language would take other characters for its own."""

from __future__ import annotations

from mlops_ext.output.clean import clean


def label(text: str, longest: int = 40) -> str:
    """The text in a closed alphabet, cut where nobody would read on."""
    kept = "".join(one if one.isalnum() or one in " _-/" else " " for one in clean(text)[: 4 * longest])
    one = " ".join(kept.split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"
