"""A registry, a store of data and an engine, as small as these tests allow; Evidently is the real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import Column, ColumnRoles, DataRef
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import Settings

Compare = Callable[..., Report]
TYPES = {"int64": "integer", "double": "float", "bool": "boolean"}


class ArrowTable:
    """As much of a `Table` as a comparison asks for."""

    def __init__(self, rows: pa.Table) -> None:
        self.content = rows
        self.rows = rows.num_rows
        self.schema = tuple(
            Column(name=one.name, type=TYPES.get(str(one.type), str(one.type))) for one in rows.schema
        )

    def select(self, columns: list[str]) -> ArrowTable:
        return ArrowTable(self.content.select(columns))

    def sample(self, n: int, seed: int) -> ArrowTable:
        if n >= self.rows:
            return self
        return ArrowTable(
            self.content.take(np.sort(np.random.default_rng(seed).choice(self.rows, n, replace=False)))
        )

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.content.__arrow_c_stream__(requested_schema)


@dataclass
class Desk:
    """The host's side: tables by the name in their address."""

    tables: dict[str, pa.Table]
    settings: dict[str, Any]
    data: tuple[Ref, ...] = (Ref(kind="data", name="train", digest="md5:1", uri="reference"),)
    fetched: list[str] = field(default_factory=list)

    def open(self, data: DataRef) -> ArrowTable:
        return ArrowTable(self.tables[Path(data.uri).name])

    def fetch(self, ref: Ref) -> Path:
        self.fetched.append(ref.digest)
        return Path("reference")

    def find_model(self, selector: str) -> ModelVersion | None:
        return (
            ModelVersion(model="m", version=3, digest="", uri="", data=self.data)
            if selector == "m/3"
            else None
        )

    def own(self, name: str, kind: type[Any]) -> Any:
        return msgspec.convert(self.settings, kind)


def context_of(
    root: Path, reference: pa.Table, current: pa.Table, pictures: bool = True, **own: Any
) -> Context:
    """A context of a project with one model."""
    model = {"train": "train", "monitor": {"minimum_rows": 100}}
    whole = {"plugins": ["x"], "models": {"m": model}, "data": {"train": {"path": "t"}}}
    desk = Desk({"reference": reference, "current": current}, own)
    return Context(
        root=root,
        top=root,
        project="p",
        settings=msgspec.convert(whole, Settings),
        desk=desk,  # type: ignore[arg-type]
        python="python",
        home=root / "home",
        pictures=pictures,
    )


def profile_of(**kinds: str) -> Profile:
    """A profile with these columns, each of a kind."""
    columns = tuple(ColumnProfile(name=name, type="", kind=kind) for name, kind in kinds.items())
    roles = ColumnRoles(id="id", time="time", label="late")
    return Profile(model="m", version=3, columns=columns, roles=roles)


def by_column(report: Report) -> dict[str, Check]:
    """The checks of columns, by name."""
    return {check.column: check for check in report.checks if check.column}
