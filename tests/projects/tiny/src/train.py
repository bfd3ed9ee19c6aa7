"""Fits a logistic regression on two numbers and a category."""

from pathlib import Path

import joblib
import pandas as pd
import yaml
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

strength = yaml.safe_load(Path("params.yaml").read_text())["train"]["strength"]
train = pd.read_parquet("data/train.parquet")
columns = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), ["channel"]), ("passthrough", ["minutes", "pages"])
)
model = make_pipeline(columns, LogisticRegression(C=strength))
model.fit(train[["minutes", "pages", "channel"]], train["bought"])
joblib.dump(model, "models/model.joblib")
