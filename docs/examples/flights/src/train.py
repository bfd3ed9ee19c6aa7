"""Trains the model that says how likely a flight is to arrive late."""

from __future__ import annotations

from pathlib import Path

import joblib
import pandas as pd
import yaml
from threadpoolctl import threadpool_limits

from features import FEATURES, LABEL, make_model


def main() -> None:
    params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))["train"]
    train = pd.read_parquet("data/train.parquet")
    # The model's bytes depend on the number of threads that share a sum.
    with threadpool_limits(limits=1):
        model = make_model(**params).fit(train[FEATURES], train[LABEL])
    Path("models").mkdir(exist_ok=True)
    joblib.dump(model, "models/model.joblib")
    print(f"trained on {len(train):,} flights")


if __name__ == "__main__":
    main()
