"""The rows on which both versions may be judged: labelled, mature, and later than either was trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, SKIPPED, Check
from mlops_ext.errors import SettingsError
from mlops_ext_mlflow.statistics.columns import labelled, parse_time, read_times, read_values, show_time

if TYPE_CHECKING:
    from datetime import timedelta

    import pyarrow as pa

    from mlops_ext.contract.data import ColumnRoles
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext_mlflow.statistics.metrics import Array


@dataclass(frozen=True)
class Rows:
    """Rows that count. `clusters` numbers the unit of resampling from 0; `times` is on `per_day`'s scale."""

    table: pa.Table
    truth: Array
    clusters: Array
    unit: str
    times: Array | None = None
    per_day: int = 1

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def evidence(self) -> str:
        """How much was looked at."""
        return f"{len(self)} rows, {int(self.clusters.max()) + 1} {self.unit}"


@dataclass(frozen=True)
class _Times:
    values: Array
    per_day: int


def select_rows(
    table: pa.Table,
    roles: ColumnRoles,
    versions: tuple[ModelVersion, ...],
    late_by: timedelta,
    cluster: str,
) -> tuple[Rows, tuple[Check, ...]]:
    """The rows that count, and what there is to say about those that don't.

    The label delay is counted back from the newest row, not from the clock: the same data, the same rows.
    """
    import pyarrow as pa

    _require(table, roles, cluster)
    keep = labelled(table[roles.label])
    times = _Times(*read_times(roles.time, table[roles.time])) if roles.time else None
    if times is not None:
        keep &= _mature(times, versions, late_by)
    kept = table.filter(pa.array(keep))
    chosen = None if times is None else times.values[keep]
    per_day = times.per_day if times else 1
    clusters, unit = _clusters(kept, chosen, per_day, cluster)
    rows = Rows(kept, read_values(kept[roles.label]), clusters, unit, chosen, per_day)
    return rows, (_unseen(rows, table.num_rows, roles, versions),)


def _require(table: pa.Table, roles: ColumnRoles, cluster: str) -> None:
    if not roles.label:
        raise SettingsError("no label column is named, so nobody can judge", key="data.<name>.columns.label")
    for name in (roles.label, roles.time, cluster):
        if name and name not in table.column_names:
            raise SettingsError(
                f"the test data has no column `{name}`", hint=f"it has: {', '.join(table.column_names)}"
            )


def _mature(times: _Times, versions: tuple[ModelVersion, ...], late_by: timedelta) -> Array:
    import numpy as np

    known: Array = times.values > np.iinfo(np.int64).min
    newest = int(times.values.max()) if len(times.values) else 0
    for version in versions:
        if version.trained_until:
            known &= times.values > parse_time(version.trained_until, times.per_day)
    delay = int(late_by.total_seconds() * 1_000_000) if times.per_day > 1 else 0
    return known & (times.values <= newest - delay)


def _clusters(kept: pa.Table, times: Array | None, per_day: int, cluster: str) -> tuple[Array, str]:
    import numpy as np

    if cluster:
        codes = kept[cluster].combine_chunks().dictionary_encode(null_encoding="encode").indices
        return np.unique(np.asarray(codes), return_inverse=True)[1], f"values of {cluster}"
    if times is None:
        return np.arange(kept.num_rows), "rows, each by itself"
    return np.unique(times // per_day, return_inverse=True)[1], "days"


def _unseen(rows: Rows, all_rows: int, roles: ColumnRoles, versions: tuple[ModelVersion, ...]) -> Check:
    """Whether any of these rows was trained on. A champion that may have seen them only has it easier."""
    said = f"{len(rows)} of {all_rows} rows are labelled, mature and later than both trainings"
    if not roles.time:
        return Check(
            name="unseen",
            status=SKIPPED,
            severity="warning",
            rows=len(rows),
            message="no time column, so nobody can tell whether a version was trained on these rows",
            hint="name it: data.<name>.time",
        )
    unknown = [version.name for version in versions if not version.trained_until]
    if versions[0].name in unknown:
        return Check(
            name="unseen",
            status=ERROR,
            rows=len(rows),
            message=f"until when {versions[0].name} was trained is not known",
            hint="register it again by a run of the pipeline",
        )
    if unknown:
        said += f"; until when {unknown[0]} was trained is not known, which can only help it"
    if len(rows) and rows.times is not None:
        ends = (show_time(int(end), rows.per_day) for end in (rows.times.min(), rows.times.max()))
        said += f"; {' to '.join(ends)}"
    return Check(name="unseen", status=PASS, rows=all_rows, count=len(rows), message=said)
