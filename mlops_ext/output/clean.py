"""Values from data, from a pull request or from a tool, made fit to be shown as text."""

from __future__ import annotations

import re

from mlops_ext.process.redact import without_secrets

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without control and direction characters and without secrets in URLs."""
    return without_secrets(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def github_data(text: str) -> str:
    """The text as the data of a GitHub workflow command."""
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def github_property(text: str) -> str:
    """The text as a property of a GitHub workflow command."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """The text as inline code in a table cell: no mention, no link, no tag, no broken row."""
    one = " ".join(clean(text).split())
    cut = one if len(one) <= 80 else one[:79] + "…"
    longest = max((len(run) for run in re.findall(r"`+", cut)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if cut.startswith("`") or cut.endswith("`") else ""
    return f"{fence}{pad}{cut}{pad}{fence}".replace("|", "\\|") if cut else ""
