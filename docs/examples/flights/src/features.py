"""What the model sees of a flight, and how it is encoded."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

CATEGORIES = ["carrier", "origin", "dest"]
NUMBERS = [
    "distance",
    "weekday",
    "sched_dep_time",
    "sched_arr_time",
    "temp",
    "wind_speed",
    "precip",
    "pressure",
    "visib",
]
FEATURES = [*CATEGORIES, *NUMBERS]
LABEL = "late"


def select(flights: pd.DataFrame) -> pd.DataFrame:
    """The columns that prepare hands on, in a fixed order, numbers as doubles."""
    table = flights[["id", "time", *FEATURES, LABEL]]
    return table.astype({**dict.fromkeys(NUMBERS, "float64"), LABEL: "int64"})


def split(table: pd.DataFrame, test_days: int, train_days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test rows: the newest `test_days`, and the `train_days` before them (0: all before them)."""
    cut = table["time"].max().floor("D") - pd.Timedelta(days=test_days - 1)
    train, test = table[table["time"] < cut], table[table["time"] >= cut]
    if train_days:
        train = train[train["time"] >= cut - pd.Timedelta(days=train_days)]
    return train, test


def make_encoder() -> ColumnTransformer:
    """Categories become codes; one that training never saw, or none at all, counts as missing."""
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan
    )
    return ColumnTransformer([("codes", codes, CATEGORIES), ("numbers", "passthrough", NUMBERS)])


def make_model(seed: int, iterations: int, learning_rate: float, leaves: int, min_leaf: int) -> Pipeline:
    """A pipeline that takes the table's own columns as a frame and gives P(late)."""
    trees = HistGradientBoostingClassifier(
        max_iter=iterations,
        learning_rate=learning_rate,
        max_leaf_nodes=leaves,
        min_samples_leaf=min_leaf,
        categorical_features=list(range(len(CATEGORIES))),
        early_stopping=False,
        random_state=seed,
    )
    return Pipeline([("encode", make_encoder()), ("trees", trees)])
