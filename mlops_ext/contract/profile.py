"""The counts of the reference data that are kept with a model version, and compared with live windows."""

from __future__ import annotations

import msgspec

from mlops_ext.contract.data import ColumnRoles
from mlops_ext.contract.refs import Metric


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column's counts in edges that were fixed at training: exact and mergeable.

    `kind` is number, category, time, id or other. Numbers have `edges` and one more count than edges;
    categories have one count each and `other` for the rest. `history` holds the distance of each
    contiguous window of the reference from the whole: how much the column moves when nothing is wrong.
    """

    name: str
    type: str
    kind: str
    nulls: int = 0
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    other: int = 0
    history: tuple[float, ...] = ()


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a model version was trained on, as counts, and how good it was when it was judged."""

    model: str
    version: int = 0
    digest: str = ""
    rows: int = 0
    columns: tuple[ColumnProfile, ...] = ()
    roles: ColumnRoles = ColumnRoles()
    quality: tuple[Metric, ...] = ()
    quality_history: tuple[float, ...] = ()
