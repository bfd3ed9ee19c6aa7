"""Tables of orders to train on: what the label depends on is known."""

from __future__ import annotations

import numpy as np
import pandas as pd


def orders(rows: int = 600, *, gaps: bool = False, positive: float = 0.5) -> pd.DataFrame:
    """Orders with an amount, visits, an age, a city, a time, and whether more was bought."""
    random = np.random.default_rng(11)
    table = pd.DataFrame(
        {
            "id": [f"order-{row}" for row in range(rows)],
            "amount": random.gamma(2.0, 40.0, rows),
            "visits": random.poisson(3.0, rows) + 1,
            "age": random.normal(45, 12, rows).round(),
            "city": random.choice(["Athens", "Bern", "Cork"], rows),
            "member": random.random(rows) < 0.3,
            "since": pd.date_range("2024-01-01", periods=rows, freq="h", tz="UTC"),
        }
    )
    score = (
        table["amount"] / 40 - 0.3 * table["visits"] + (table["city"] == "Cork") + random.normal(0, 0.7, rows)
    )
    table["bought"] = (score > score.quantile(1 - positive)).astype("int64")
    if gaps:
        table.loc[::9, "age"] = np.nan
    return table
