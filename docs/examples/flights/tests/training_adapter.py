"""How the training tests get at the training."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml
from sklearn.pipeline import Pipeline

from features import FEATURES, make_model


def fit(frame: pd.DataFrame, target: pd.Series) -> Pipeline:
    params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))["train"]
    return make_model(**params).fit(frame[FEATURES], target)
