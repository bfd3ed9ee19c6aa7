"""Words as people read them: numbers, times, counts, and help with misspelt names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or nothing."""
    found = get_close_matches(name, list(known), n=1)
    return f"did you mean `{found[0]}`?" if found else ""


def plural(number: int, word: str) -> str:
    """`1 check`, `268,411 checks`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def lasted(seconds: float) -> str:
    """`0.3 s`, `26 s`, `6 min 12 s`, `1 h 4 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def number(value: object) -> str:
    """A value of a check: four digits of a float, a whole number as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def listed(words: Sequence[str], most: int = 3) -> str:
    """The first words, and how many more there are."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
