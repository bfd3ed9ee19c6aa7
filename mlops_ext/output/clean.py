"""Values from data, from a pull request or from a tool, made fit to be shown as text."""

from __future__ import annotations

import re

from mlops_ext.process.redact import without_secrets

# Controls, what turns the direction of text or is not seen, separators of lines, tags, lone surrogates.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
LONGEST = 400


def clean(text: str) -> str:
    """The text with secrets taken out of URLs, and what can't be seen written as `\\x1b` or `\\u202e`."""
    return without_secrets(_UNSAFE.sub(_written, text))


def one_line(text: str) -> str:
    """The clean text on one line, cut where nobody would read on."""
    line = clean(text.strip()).replace("\n", "\\n").replace("\t", "\\t")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}... ({len(line):,} characters)"


def github_data(text: str) -> str:
    """The text as the data of a GitHub workflow command."""
    return clean(text).replace("%", "%25").replace("\n", "%0A")


def github_property(text: str) -> str:
    """The text as a property of a GitHub workflow command."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def code(text: str, longest: int = 80) -> str:
    """The text as inline code in Markdown: no mention, no link, no tag, no emphasis, on one line."""
    one = " ".join(clean(text).split())
    cut = one if len(one) <= longest else one[: longest - 1] + "…"
    ticks = max((len(run) for run in re.findall(r"`+", cut)), default=0)
    fence = "`" * (ticks + 1)
    pad = " " if cut.startswith("`") or cut.endswith("`") else ""
    return f"{fence}{pad}{cut}{pad}{fence}" if cut else ""


def markdown(text: str, longest: int = 80) -> str:
    """The text as inline code in a table cell: as `code`, and no broken row."""
    return code(text, longest).replace("|", "\\|")


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
