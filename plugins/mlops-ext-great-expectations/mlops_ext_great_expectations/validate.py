"""A table against its suite and its checkpoint: the engine reads, Great Expectations judges, we count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.checks import Report
from mlops_ext_great_expectations import bounds, child, frames, suites
from mlops_ext_great_expectations.request import Answer, Request, own_files, request
from mlops_ext_great_expectations.settings import GreatExpectationsSettings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table


def validate(context: Context, data: DataRef) -> list[Report] | None:
    """A report of the suite and one of the checkpoint; None where the settings name neither."""
    table = context.settings.data.get(data.name)
    if table is None or not (table.suite or table.checkpoint):
        return None
    own = context.own("great-expectations", GreatExpectationsSettings)
    asked = [request(context, own, data, suite=table.suite)] if table.suite else []
    if table.checkpoint:
        asked.append(request(context, own, data))
    answers = [_ask(context, data, one) for one in asked]
    return [
        Report(
            question=f"data:{data.name}",
            checks=found.checks,
            looked_at=found.looked_at,
            artifacts=found.artifacts,
        )
        for found in answers
    ]


def _ask(context: Context, data: DataRef, asked: Request) -> Answer:
    old = suites.old_project(asked)
    if old:
        raise old
    if asked.checkpoint:
        return child.ask(context, data, asked, lambda: _table(context, data, asked)[1])
    suite = suites.load(asked, asked.suite)
    if own_files(Path(asked.folder)):
        return child.ask(context, data, asked, lambda: _table(context, data, asked)[1])
    opened, asked = _table(context, data, asked)
    bounds.fit(suite, asked.types)
    rows = frames.rows_of(opened, frames.needed(suite.expectations, list(asked.types)), data.name)
    context.left()
    from mlops_ext_great_expectations.answers import answer

    return answer(asked, suite, rows)


def _table(context: Context, data: DataRef, asked: Request) -> tuple[Table, Request]:
    opened = context.open(data)
    return opened, replace(asked, types={column.name: column.type for column in opened.schema})
