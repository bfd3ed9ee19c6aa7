"""Column names as they are written: nothing is renamed, and what can't be told apart is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches

from mlops_ext.errors import CouldNotTellError, RefusedError


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse names that are there twice or are empty, before any tool renames them."""
    at: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names, start=1):
        at[name].append(number)
    twice = [f"`{name}` is column {_and(places)}" for name, places in at.items() if len(places) > 1]
    if twice:
        raise RefusedError(
            f"a column name is there twice: {'; '.join(twice)}", where=where, hint="rename one of them"
        )
    if "" in at:
        raise RefusedError(
            f"column {at[''][0]} has no name",
            where=where,
            hint="name it, or write the file without its index",
        )
    folded: dict[str, str] = {}
    for name in names:
        other = folded.setdefault(name.lower(), name)
        if other != name:
            raise CouldNotTellError(
                f"columns `{other}` and `{name}` differ only in upper and lower case, and DuckDB has one",
                where=where,
                hint="rename one of them",
            )


def need(names: Sequence[str], wanted: Sequence[str], where: str) -> None:
    """Raise unless all wanted columns are there; the hint is the nearest name."""
    for name in wanted:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(names)}"
            raise CouldNotTellError(f"no column `{name}`", where=where, hint=hint)


def _and(places: Sequence[int]) -> str:
    return " and ".join(str(place) for place in places)
