"""Metrics of the change beside those of the base and of what serves."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mlops_ext.comment.numbers import shown, signed
from mlops_ext.comment.section import Section, folded, row, table
from mlops_ext.comment.told import Told
from mlops_ext.contract.comparison import Comparison, Difference
from mlops_ext.output.clean import code, markdown
from mlops_ext.output.comparison import change_of

OPEN = 8


def metrics(told: Told) -> Iterator[Section]:
    """In sight where all is well, else behind a line: then they are not what to act on."""
    comparison = told.view.comparison
    if comparison is None or not comparison.metrics:
        return
    found = sorted(comparison.metrics, key=lambda one: _weight(told, one))
    head = table(("", "this change", markdown(comparison.before), *_champion(told), "change"), (1, 2, 3, 4))
    rows = tuple(_row(told, one) for one in found)
    if told.view.verdict == "pass" and len(rows) <= OPEN:
        yield Section(rank=4, head=head, rows=rows)
    else:
        yield folded(6, "Metrics", _said(comparison), head, rows)


def news(told: Told) -> str:
    """What changed that matters most, as a sentence after the first; nothing where no metric did."""
    comparison = told.view.comparison
    moved = [one for one in comparison.metrics if one.change] if comparison else []
    if comparison is None or not moved:
        return ""
    one = min(moved, key=lambda one: _weight(told, one))
    before, after = shown(one.before, one.after), shown(one.after, one.before)
    return f" {code(one.name)} went from {before} to **{after}** against {code(comparison.before)}."


def _row(told: Told, one: Difference) -> str:
    after = shown(one.after, one.before)
    cells = (
        markdown(one.name),
        f"**{after}**" if after else "",
        shown(one.before, one.after),
        *_served(told, one.name),
        signed(one.change) if one.change is not None else change_of(one),
    )
    return row(cells)


def _champion(told: Told) -> tuple[str, ...]:
    return (f"champion, v{told.champion.version}",) if told.champion else ()


def _served(told: Told, name: str) -> tuple[str, ...]:
    """The champion's metric of the same name, whatever file of the pipeline it came from."""
    if told.champion is None:
        return ()
    known = {_last(one.name): one.value for one in told.champion.metrics}
    return (shown(known.get(_last(name))),)


def _last(name: str) -> str:
    return name.rpartition(":")[2].rpartition(".")[2]


def _said(comparison: Comparison) -> str:
    moved = sum(1 for one in comparison.metrics if one.change != 0)
    return f"{moved:,} of {len(comparison.metrics):,} changed" if moved else "none changed"


def _weight(told: Told, one: Difference) -> tuple[int, float]:
    """What release judges comes first, then the largest relative changes; how it fits, and counts, last."""
    words = one.name.replace(":", ".").split(".")
    if "train" in words or "training" in words:
        return 3, _relative(one)
    if words[-1] == told.metric:
        return 0, 0.0
    counts = all(isinstance(side, float) and side.is_integer() for side in (one.before, one.after))
    return 4 if counts else 2, _relative(one)


def _relative(one: Difference) -> float:
    """The change as a share of what was before, the largest first; what is on one side only before all."""
    if one.change is None or not isinstance(one.before, float):
        return -math.inf
    return -abs(one.change) / (abs(one.before) or 1.0)
