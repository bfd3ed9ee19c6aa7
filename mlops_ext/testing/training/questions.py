"""The names of the questions, in the order in which they are asked."""

from __future__ import annotations

CASES = ("zeros", "tiny", "huge", "constant", "missing", "unseen")
# The same seed first: its first fit has to be the first of its process.
NAMES = (
    "same-seed-same-model",
    "loss-falls",
    "overfits-a-few-rows",
    *(f"no-nan:{case}" for case in CASES),
)
