"""How a table's columns differ from what was there before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SCHEMA, Check
from mlops_ext.profile.kinds import aligned
from mlops_ext.words import nearest

if TYPE_CHECKING:
    from mlops_ext.contract.data import Column
    from mlops_ext.contract.profile import Profile


def difference(before: Sequence[Column], after: Sequence[Column]) -> tuple[Check, ...]:
    """Missing, unexpected and retyped columns, each a check that fails; one that passes where there is none.

    Integer against float and naive against UTC times are no change.
    """
    old, new = ({column.name: column.type for column in columns} for columns in (before, after))
    found = [_missing(name, new) for name in old if name not in new]
    found += [_unexpected(name) for name in new if name not in old]
    found += [
        _retyped(name, old[name], new[name]) for name in old if not aligned(old[name], new.get(name, "null"))
    ]
    if found:
        return tuple(found)
    said = f"{len(old)} columns as before"
    return (Check(name="columns", status=PASS, count=len(old), message=said, about=SCHEMA),)


def columns_of(profile: Profile) -> tuple[Column, ...]:
    """The columns that a model version was trained on."""
    from mlops_ext.contract.data import Column

    return tuple(Column(name=column.name, type=column.type) for column in profile.columns)


def _missing(name: str, new: dict[str, str]) -> Check:
    hint = nearest(name, new)
    return Check(
        name=f"column:{name}",
        status=FAIL,
        column=name,
        message="the column is missing",
        hint=hint,
        about=SCHEMA,
    )


def _unexpected(name: str) -> Check:
    said = "the column was not there before"
    return Check(name=f"column:{name}", status=FAIL, column=name, message=said, about=SCHEMA)


def _retyped(name: str, old: str, new: str) -> Check:
    said = f"the column's type was {old}, is {new}"
    return Check(
        name=f"column:{name}", status=FAIL, column=name, message=said, value=new, limit=old, about=SCHEMA
    )
