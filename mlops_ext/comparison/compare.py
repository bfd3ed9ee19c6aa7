"""One comparison of two sides."""

from __future__ import annotations

from mlops_ext.comparison import curves, tables, values
from mlops_ext.comparison.sides import CHAMPION
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.pipeline import Revision
from mlops_ext.session import Session


def compare(session: Session, before: Revision, after: Revision) -> Comparison:
    """What differs, with what could not be compared in the notes."""
    session.context.say(f"comparing with {before.name}")
    params, notes = after.params, [*before.notes, *after.notes]
    if _is_champion(before):
        # A model version keeps the parameters that its steps named: others are no news.
        known = {one.name for one in before.params}
        params = tuple(one for one in after.params if one.name in known)
        if len(params) < len(after.params):
            notes.append(f"{len(after.params) - len(params)} parameters are not kept with the champion")
    names = (before.name, after.name)
    return Comparison(
        before=before.name,
        after=after.name,
        metrics=values.metrics(before.metrics, after.metrics),
        params=values.params(before.params, params),
        tables=tables.tables(session.context, before.data, after.data),
        curves=() if _is_champion(before) else curves.curves(before.curves, after.curves, names),
        notes=tuple(notes),
    )


def _is_champion(side: Revision) -> bool:
    return side.name.startswith(f"{CHAMPION} ")
