"""A project with a suite and a table; the desk opens it from Arrow, without any engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import Column, DataRef
from mlops_ext.contract.settings import Settings

Validate = Callable[..., Report]


def word(dtype: pa.DataType) -> str:
    """The contract's word for an Arrow type, as far as these tests need it."""
    if pa.types.is_timestamp(dtype):
        return "timestamp-utc" if dtype.tz else "timestamp"
    names = {"int64": "integer", "double": "float", "date32[day]": "date", "bool": "boolean"}
    return names.get(str(dtype), str(dtype))


class ArrowTable:
    """As much of a `Table` as a validation asks for."""

    def __init__(self, rows: pa.Table, count: int | None = None) -> None:
        self.content = rows
        self.rows = rows.num_rows if count is None else count
        self.schema = tuple(Column(name=field.name, type=word(field.type)) for field in rows.schema)

    def select(self, columns: Sequence[str]) -> ArrowTable:
        return ArrowTable(self.content.select(list(columns)), self.rows)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.content.__arrow_c_stream__(requested_schema)


class Desk:
    """The host's side, as far as these tests need it."""

    def __init__(self, table: ArrowTable, own: dict[str, Any]) -> None:
        self.table, self.settings, self.opened = table, own, 0
        self.context: Context | None = None

    def open(self, data: DataRef) -> Any:
        """The table that the test gave; a file that GX read itself by the engine."""
        if data.format:
            from mlops_ext_ibis.hooks import mlops_open_table

            return mlops_open_table(self.context, data)
        self.opened += 1
        return self.table

    def own(self, name: str, kind: type[Any]) -> Any:
        return msgspec.convert(self.settings if name == "great-expectations" else {}, kind)


def expect(kind: str, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    """An expectation as GX writes it into a suite's file."""
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {}, "severity": severity}


def write_suite(root: Path, *expectations: dict[str, Any]) -> Path:
    """A suite in the project's GX folder."""
    path = root / "gx/expectations/s.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {"name": "s", "expectations": expectations, "meta": {"great_expectations_version": "1.24.1"}}
        )
    )
    return path


def context_of(
    root: Path,
    rows: pa.Table,
    count: int | None = None,
    suite: str = "s",
    table: dict[str, Any] | None = None,
    **own: Any,
) -> Context:
    """A context of a project whose table `t` has a suite."""
    settings = msgspec.convert(
        {"plugins": ["x"], "data": {"t": {"path": "t.parquet", "suite": suite, **(table or {})}}}, Settings
    )
    desk = Desk(ArrowTable(rows, count), own)
    desk.context = Context(
        root=root, top=root, project="p", settings=settings, desk=desk, python="python", home=root / "home"
    )  # type: ignore[arg-type]
    return desk.context


def only(report: Report) -> Check:
    """The one check of a report."""
    assert len(report.checks) == 1
    return report.checks[0]
