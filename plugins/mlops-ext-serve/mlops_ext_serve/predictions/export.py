"""A window of the prediction log as a Parquet file that every engine reads."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext.files import sha256_file
from mlops_ext_serve.model.requests import utc
from mlops_ext_serve.model.signature import Feature, read_signature
from mlops_ext_serve.place import place_of
from mlops_ext_serve.predictions.columns import Window, names_of
from mlops_ext_serve.predictions.history import open_history

if TYPE_CHECKING:
    import pyarrow

    from mlops_ext.contract.context import Context


def export(context: Context, target: str, revision: str) -> DataRef:
    """The answers to events with start <= time < end; of two answers with one id only the first counts.

    An event's time is the request's own where it carried one, else its arrival. Rows without an id are all
    kept. A window without rows is a table without rows.
    """
    start, end = bounds(revision)
    place = place_of(context, target, context.model)
    with open_history(place.log) as history:
        features = history.features(start, end) if history else ()
        features = features or _champions(context)
        window = Window(features, *_named(context))
        rows = list(history.rows(start, end)) if history else []
    table = window.table(rows)
    digest = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:12]
    name = "-".join((target, context.model, _short(start), _short(end), digest))
    file = context.state / "windows" / f"{name}.parquet"
    _write(table, file)
    return DataRef(
        name=f"log:{target}",
        uri=str(file),
        format="parquet",
        digest=f"sha256:{sha256_file(file)}",
        revision=revision,
        columns=_roles(context, window),
    )


def bounds(revision: str) -> tuple[str, str]:
    """Start and end as UTC text that sorts as the log's; an empty one is open."""
    start, slash, end = revision.partition("/")
    found = tuple(utc(text) if text else fallback for text, fallback in ((start, "0001"), (end, "9999")))
    if not slash or found[0] is None or found[1] is None or found[0] > found[1]:
        raise UsageError(
            f"`{revision}` is no window of the prediction log",
            hint="write <start>/<end> in ISO 8601, the end later",
        )
    return found[0], found[1]


def _named(context: Context) -> tuple[str, str]:
    """The id and time columns that the settings name for the model's data."""
    found = context.settings.models.get(context.model)
    table = context.settings.data.get(found.data) if found else None
    return (table.columns.id, table.time) if table else ("", "")


def _champions(context: Context) -> tuple[Feature, ...]:
    """The columns of the model that serves by the registry, where the log knows of none."""
    version = context.find_model(f"{context.model}@champion")
    if version is None:
        raise CouldNotTellError(
            f"no prediction log and no champion of {context.model}",
            hint="mlops-ext release brings one into service",
        )
    return read_signature(context.fetch(version.ref()))


def _roles(context: Context, window: Window) -> ColumnRoles:
    found = context.settings.models.get(context.model)
    table = context.settings.data.get(found.data) if found else None
    names = names_of(window)
    return ColumnRoles(
        label=table.columns.label if table else "",
        id=names.id,
        time=names.time,
        prediction=names.prediction,
        version=names.version,
        features=tuple(feature.name for feature in window.features),
        categories=table.columns.categories if table else (),
    )


def _write(table: pyarrow.Table, file: Path) -> None:
    import pyarrow.parquet

    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        pyarrow.parquet.write_table(table, temporary)
        durable.rename(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)


def _short(time: str) -> str:
    return (
        re.sub(r"[^0-9T]", "", dt.datetime.fromisoformat(time).strftime("%Y%m%dT%H%M%S"))
        if len(time) > 4
        else "open"
    )
