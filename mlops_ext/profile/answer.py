"""The host's own answer about a live window: `schema` and `drift`, by counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import Report
from mlops_ext.contract.settings import ModelSettings
from mlops_ext.profile.compare import compare_drift
from mlops_ext.profile.count import count_columns
from mlops_ext.profile.features import counted_features
from mlops_ext.profile.schema import comparable, compare_schema

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.profile import Profile


def compare(context: Context, profile: Profile, current: DataRef) -> list[Report]:
    """Two reports. A column that is missing or retyped is a schema change and not judged as drift."""
    monitor = context.settings.models.get(profile.model, ModelSettings()).monitor
    table = context.open(current)
    counted = count_columns(table, comparable(profile, table.schema))
    schema = compare_schema(profile, table.schema, current.columns, counted, table.rows)
    kept = {column.name for column in counted_features(profile)}
    drift = compare_drift(
        profile,
        [one for one in counted if one.column.name in kept],
        table.rows,
        floor=monitor.floor,
        minimum_rows=monitor.minimum_rows,
    )
    looked_at = f"{table.rows} rows of {current.name}"
    return [
        Report(question="schema", checks=schema, looked_at=looked_at),
        Report(question="drift", checks=drift, looked_at=looked_at),
    ]
