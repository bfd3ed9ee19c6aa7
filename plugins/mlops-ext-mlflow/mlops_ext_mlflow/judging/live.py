"""The labelled rows of a live window, for one version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext_mlflow.statistics.columns import labelled, read_times, read_values

if TYPE_CHECKING:
    import pyarrow as pa

    from mlops_ext.contract.data import ColumnRoles, Table
    from mlops_ext.contract.profile import Profile
    from mlops_ext_mlflow.statistics.metrics import Array


@dataclass(frozen=True)
class Live:
    """Truth and prediction by row, of one version."""

    truth: Array
    predicted: Array
    clusters: Array
    unit: str
    all_rows: int
    other_versions: int = 0

    @property
    def evidence(self) -> str:
        """How much was looked at."""
        units = int(self.clusters.max()) + 1 if len(self.clusters) else 0
        return f"{len(self.truth)} of {self.all_rows} rows labelled, {units} {self.unit}"


def read_live(opened: Table, roles: ColumnRoles, profile: Profile) -> Live:
    """The window's rows of the profile's version. A logged prediction that is no number can't be judged."""
    import numpy as np
    import pyarrow as pa

    table = pa.table(opened)
    _require(table, roles)
    mine = _of_version(table, roles.version, profile)
    own = table.filter(pa.array(mine))
    kept = own.filter(pa.array(labelled(own[roles.label])))
    truth, predicted = read_values(kept[roles.label]), read_values(kept[roles.prediction])
    bad = 0 if predicted.dtype == object else int((~np.isfinite(predicted)).sum())
    if bad:
        raise CouldNotTellError(f"{bad} of {len(predicted)} logged predictions are missing or not finite")
    clusters, unit = _clusters(kept, roles.time)
    return Live(truth, predicted, clusters, unit, own.num_rows, table.num_rows - own.num_rows)


def _require(table: pa.Table, roles: ColumnRoles) -> None:
    for name in (roles.label, roles.prediction, roles.time, roles.version):
        if name and name not in table.column_names:
            raise CouldNotTellError(f"the live window has no column `{name}`")


def _of_version(table: pa.Table, column: str, profile: Profile) -> Array:
    import numpy as np

    if not column or not profile.version:
        return np.ones(table.num_rows, dtype=bool)
    names = {str(profile.version), f"{profile.model}/{profile.version}"}
    return np.array([str(value) in names for value in table[column].to_pylist()], dtype=bool)


def _clusters(kept: pa.Table, time: str) -> tuple[Array, str]:
    import numpy as np

    if not time:
        return np.arange(kept.num_rows), "rows, each by itself"
    times, per_day = read_times(time, kept[time])
    return np.unique(times // per_day, return_inverse=True)[1], "days"
