"""A year's quarter of flights that never were, day by day, with a little weather in each day."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
from arrow_table import ArrowTable

from mlops_ext.contract.data import ColumnRoles
from mlops_ext.profile.build import build_profile

SEED = 4_711
ROLES = ColumnRoles(
    label="late",
    id="id",
    time="time",
    features=("distance", "delay", "carrier", "night", "hour"),
    categories=("carrier",),
)


def rows(
    days: int = 84, per_day: int = 100, seed: int = SEED, weather: float = 0.1, start: str = "2013-01-01"
) -> pa.Table:
    generator = np.random.default_rng(seed)
    size = days * per_day
    owners = np.repeat(np.arange(days), per_day)
    mood = generator.normal(0, weather, days)[owners]
    delay = np.where(generator.random(size) < 0.4, 0.0, generator.gamma(2, 10, size) * (1 + mood))
    time = np.datetime64(start, "us") + (owners * 24 + generator.integers(0, 24, size)).astype(
        "timedelta64[h]"
    )
    return pa.table(
        {
            "id": np.arange(size),
            "time": time,
            "distance": generator.lognormal(6.5 + mood, 0.5, size),
            "delay": delay,
            "carrier": generator.choice(["UA", "AA", "DL", "WN"], size, p=[0.4, 0.3, 0.2, 0.1]),
            "night": generator.random(size) < 0.2,
            "hour": generator.integers(5, 24, size),
            "late": (generator.random(size) < 0.25).astype(np.int64),
        }
    )


def profile(table: pa.Table | None = None, **given):
    usual = {"window": timedelta(days=7), "minimum_rows": 200}
    return build_profile(
        ArrowTable(table if table is not None else rows()), ROLES, "delay", **{**usual, **given}
    )


def change(table: pa.Table, **columns) -> pa.Table:
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    return table
