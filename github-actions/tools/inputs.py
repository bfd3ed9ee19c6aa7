"""The inputs of an action, as its step hands them over: `INPUT_PROJECT_REQUIREMENTS`."""

from __future__ import annotations

import os

from tools.say import CannotStartError

PREFIX = "INPUT_"


def text(name: str, default: str = "") -> str:
    """An input without the blanks around it; GitHub gives an empty text where a caller left it out."""
    return os.environ.get(_variable(name), "").strip() or default


def required(name: str) -> str:
    """An input that must be there: GitHub itself asks nobody for it."""
    value = text(name)
    if not value:
        raise CannotStartError(f"the input `{name}` is missing", f"give it under `with:`, as `{name}: ...`")
    return value


def one_of(name: str, *words: str) -> str:
    """An input that is one of some words, by default the first."""
    value = text(name, words[0])
    if value not in words:
        raise CannotStartError(f"the input `{name}` is `{value}`", f"one of {', '.join(words)}")
    return value


def is_set(name: str) -> bool:
    """A yes or no."""
    return one_of(name, "false", "true") == "true"


def lines(name: str) -> list[str]:
    """The lines of an input, without the blanks around them."""
    return [line.strip() for line in text(name).splitlines()]


def others() -> dict[str, str]:
    """The environment without our inputs: they are for us alone, and one holds secrets in clear."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _variable(name: str) -> str:
    return PREFIX + name.upper().replace("-", "_")
