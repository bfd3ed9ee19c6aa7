"""Splits the flights into train.parquet and test.parquet by time."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import yaml

from features import select, split


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))["prepare"]
    flights = select(pd.read_parquet("data/flights.parquet"))
    train, test = split(flights, params["test_days"], params["train_days"])
    for name, part in (("train", train), ("test", test)):
        if part.empty:
            sys.exit(f"no rows to {name} with: data/flights.parquet spans too few days for params.yaml")
        part.to_parquet(f"data/{name}.parquet", index=False)
        print(f"{name}: {len(part):,} flights from {part['time'].min()} to {part['time'].max()}")


if __name__ == "__main__":
    main()
