"""One comparison of two sides."""

from __future__ import annotations

from msgspec.structs import replace

from mlops_ext.comparison import curves, tables, values
from mlops_ext.comparison.sides import CHAMPION
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.pipeline import Revision
from mlops_ext.session import Session


def compare(session: Session, before: Revision, after: Revision) -> Comparison:
    """What differs, with what could not be compared in the notes."""
    session.context.say(f"comparing with {before.name}")
    notes = [*before.notes, *after.notes]
    if _is_champion(before):
        after, left = _kept(before, after)
        notes += left
    names = (before.name, after.name)
    return Comparison(
        before=before.name,
        after=after.name,
        metrics=values.metrics(before.metrics, after.metrics),
        params=values.params(before.params, after.params),
        tables=tables.tables(session.context, before.data, after.data),
        curves=() if _is_champion(before) else curves.curves(before.curves, after.curves, names),
        notes=tuple(notes),
    )


def _kept(champion: Revision, after: Revision) -> tuple[Revision, list[str]]:
    """What a model version keeps too, and what it does not: of the rest nobody knows whether it is new."""
    params, data = {one.name for one in champion.params}, {one.name for one in champion.data}
    kept = replace(
        after,
        params=tuple(one for one in after.params if one.name in params),
        data=tuple(one for one in after.data if one.name in data),
    )
    lost = [one.name for one in after.params if one.name not in params]
    lost += [one.name for one in after.data if one.name not in data]
    return kept, [f"not kept with the champion: {', '.join(lost)}"] if lost else []


def _is_champion(side: Revision) -> bool:
    return side.name.startswith(f"{CHAMPION} ")
