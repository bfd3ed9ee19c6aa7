"""The names of the questions, in the order in which they are asked."""

from __future__ import annotations

CASES = ("zeros", "tiny", "huge", "constant", "missing", "unseen")
# The first fit of its process, with nothing of ours before it; where it fails, nothing else is asked.
FIRST = "fits"
NAMES = (
    FIRST,
    "same-seed-same-model",
    "loss-falls",
    "overfits-a-few-rows",
    *(f"no-nan:{case}" for case in CASES),
)
