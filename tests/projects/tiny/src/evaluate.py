"""Scores the test days."""

import json
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import log_loss, roc_auc_score

test = pd.read_parquet("data/test.parquet")
chance = joblib.load("models/model.joblib").predict_proba(test[["minutes", "pages", "channel"]])[:, 1]
metrics = {"auc": roc_auc_score(test["bought"], chance), "log_loss": log_loss(test["bought"], chance)}
Path("metrics.json").write_text(json.dumps(metrics))
