"""What every model here sees of an order: numbers made of the table's columns, and codes of its words."""

from __future__ import annotations

import numpy as np
import pandas as pd

NUMBERS = ["amount", "visits", "age", "per_visit", "scaled"]
CITIES = ["Athens", "Bern", "Cork"]


def add_features(orders: pd.DataFrame) -> pd.DataFrame:
    table = orders.copy()
    table["age"] = table["age"].fillna(40.0)
    table["amount"] = table["amount"].fillna(0.0)
    table["visits"] = table["visits"].fillna(0)
    # Long tails are cut: nobody spends more.
    table[NUMBERS[:3]] = table[NUMBERS[:3]].clip(-1e6, 1e6)
    table["per_visit"] = np.where(table["visits"] > 0, table["amount"] / table["visits"].clip(lower=1), 0.0)
    table["scaled"] = np.log1p(table["amount"].abs())
    return table


def matrix(orders: pd.DataFrame) -> np.ndarray:
    table = add_features(orders)
    codes = np.stack([(table["city"] == city).to_numpy() for city in CITIES], axis=1)
    numbers = table[NUMBERS].to_numpy("float64")
    return np.hstack([numbers, codes.astype("float64")])
