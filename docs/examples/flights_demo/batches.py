"""Batches that should not get through: one by its schema, one by what it teaches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from feed import LABEL, write

CLEAN_DAYS = pd.Timedelta(days=21)


def other_schema(known: pd.DataFrame, feed: Path) -> None:
    """`distance` arrives as kilometres under another name."""
    changed = known.assign(distance_km=known["distance"] * 1.609344).drop(columns="distance")
    write(changed, feed / "flights.parquet")


def bad_labels(known: pd.DataFrame, feed: Path) -> None:
    """A wrong join upstream: the labels of all but the newest days belong to other flights."""
    old = (known["time"] < known["time"].max() - CLEAN_DAYS).to_numpy()
    labels = known[LABEL].to_numpy().copy()
    labels[old] = np.random.default_rng(7).permutation(labels[old])
    write(known.assign(**{LABEL: labels}), feed / "flights.parquet")
