"""Rows of a version's test data, as requests carry them."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError

if TYPE_CHECKING:
    import pyarrow

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext_serve.model.signature import Feature

SEED = 20130101


def test_rows(
    context: Context, version: ModelVersion, features: Sequence[Feature], rows: int
) -> pyarrow.Table:
    """The same few rows each time, of the data that the version's run kept for judging."""
    import pyarrow

    table = context.open(test_data(context, version))
    there = [column.name for column in table.schema]
    missing = [feature.name for feature in features if feature.name not in there]
    if missing:
        raise RefusedError(
            f"the test data of {version.name} has no column {', '.join(missing)}, which the model takes"
        )
    more = [name for name in _named(context, version.model) if name in there]
    wanted = dict.fromkeys([*(feature.name for feature in features), *more])
    found = pyarrow.table(table.select(list(wanted)).sample(rows, SEED))
    if not found.num_rows:
        raise CouldNotTellError(f"the test data of {version.name} has no rows")
    return found


def test_data(context: Context, version: ModelVersion) -> DataRef:
    """The table that the settings name as the model's `test`, by the digest that its run noted."""
    name = context.settings.models[version.model].test
    ref = next((ref for ref in version.data if name and ref.name == name), None)
    if ref is None:
        raise SettingsError(
            f"no test rows for golden requests of {version.name}",
            key=f"models.{version.model}.test",
            hint="name the data with the model's columns, and train a version whose run keeps it",
        )
    own = context.settings.data[name]
    kind = own.format or PurePath(own.path).suffix.removeprefix(".")
    return DataRef(name=name, uri=str(context.fetch(ref)), format=kind, digest=ref.digest)


def write_arrow(table: pyarrow.Table, file: Path) -> None:
    """An Arrow IPC file, as the worker reads it."""
    import pyarrow

    with pyarrow.OSFile(str(file), "wb") as sink, pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def records(table: pyarrow.Table, features: Sequence[Feature]) -> list[dict[str, Any]]:
    """The rows as JSON has them; a value that does not fit the model's type stays what it is."""
    kinds = {feature.name: feature.type for feature in features}
    return [
        {name: _plain(value, kinds.get(name, "")) for name, value in row.items()} for row in table.to_pylist()
    ]


def _named(context: Context, model: str) -> list[str]:
    table = context.settings.data.get(context.settings.models[model].data)
    return [name for name in (table.columns.id, table.time) if name] if table else []


def _plain(value: Any, kind: str) -> Any:
    if isinstance(value, decimal.Decimal):
        value = float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if kind in ("long", "integer") and value.is_integer() else value
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value
