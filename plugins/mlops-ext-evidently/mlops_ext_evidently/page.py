"""Evidently's page, made safe to open: names and values of the data go into a script as they are."""

from __future__ import annotations

import re

# Both are written by `json.dumps`, each on a line of its own, so `<` is only ever inside a string there.
DATA = re.compile(r"^(\s*var (?:additional_graphs_)?metric_\w+ = )(.*)$", re.MULTILINE)


def escape(page: str) -> str:
    """The page with every `<` of its data as \\u003c; ValueError where the data is not where it was."""
    found = len(DATA.findall(page))
    if found != 2:
        raise ValueError(f"the page has {found} blocks of data where 2 are known: is this another Evidently?")
    return DATA.sub(lambda match: match[1] + match[2].replace("<", "\\u003c"), page)
