"""Visits of a shop: generated rows whose label a logistic regression can learn."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PER_DAY = 14
FIRST_DAY = datetime(2026, 1, 1)
CHANNELS = ("mail", "search", "shop")
FEATURES = ("minutes", "pages", "channel")


def visits(days: int, *, first: int = 0, flip: bool = False, scale: float = 1.0) -> pa.Table:
    """Rows of `days` days; the same day always has the same rows. `flip` turns the labels round."""
    parts = [_day(first + day, flip, scale) for day in range(days)]
    return pa.concat_tables(parts)


def write(table: pa.Table, path: Path) -> Path:
    """A Parquet file in place of another, from one moment to the next."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    pq.write_table(table, temporary)
    temporary.replace(path)
    return path


def _day(day: int, flip: bool, scale: float) -> pa.Table:
    random = np.random.default_rng(day)
    minutes, pages = random.gamma(2.0, 4.0, PER_DAY) * scale, random.poisson(4, PER_DAY)
    channel = random.choice(CHANNELS, PER_DAY)
    score = 0.5 * (minutes - 8.0) - 0.4 * (pages - 4.0) + 1.5 * (channel == "shop")
    bought = (random.random(PER_DAY) < 1 / (1 + np.exp(-score))) != flip
    return pa.table(
        {
            "id": [f"{day:04d}-{row:02d}" for row in range(PER_DAY)],
            "day": pa.array([FIRST_DAY + timedelta(days=day)] * PER_DAY, pa.timestamp("us")),
            "minutes": minutes,
            "pages": pages.astype("float64"),
            "channel": channel.astype(str),
            "bought": bought.astype("int64"),
        }
    )
