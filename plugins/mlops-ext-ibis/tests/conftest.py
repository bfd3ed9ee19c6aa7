"""The engine, opened as the host opens it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from ibis_tables import Open, context_of

from mlops_ext.contract.data import Column, ColumnRoles, DataRef
from mlops_ext_ibis import hooks
from mlops_ext_ibis.table import EngineTable


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Open a file of the folder by the hook; more words are the table's settings for CSV."""

    def open_it(
        name: str, *, time: str = "", said: list[str] | None = None, declared: dict[str, str] | None = None,
        own: dict[str, Any] | None = None,
        **csv: Any,
    ) -> EngineTable:  # fmt: skip
        types = tuple(Column(name=column, type=kind) for column, kind in (declared or {}).items())
        data = DataRef(name="t", uri=str(tmp_path / name), columns=ColumnRoles(time=time), declared=types)
        table = hooks.mlops_open_table(context_of(tmp_path, said, table={"csv": csv}, **(own or {})), data)
        assert isinstance(table, EngineTable)
        return table

    return open_it
