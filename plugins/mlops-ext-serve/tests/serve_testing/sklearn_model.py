"""A small real model of scikit-learn as a registry hands it out, and the rows it is tested on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import mlops_ext

COLUMNS = [("distance", "double"), ("hour", "long"), ("carrier", "string"), ("wind", "double")]


def make(folder: Path) -> Path:
    """Fit it, save it with joblib beside our adapter; the path of its test rows."""
    import joblib
    import numpy as np
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    random = np.random.default_rng(7)
    rows = 1200
    frame: Any = pd.DataFrame(
        {
            "flight": [f"UA{number}" for number in range(rows)],
            "departs": pd.date_range("2013-01-01", periods=rows, freq="h"),
            "distance": random.normal(900, 300, rows),
            "hour": random.integers(5, 24, rows).astype("int32"),
            "carrier": random.choice(["UA", "AA", "DL"], rows),
            "wind": np.where(random.random(rows) < 0.1, np.nan, random.gamma(4, 3, rows)),
        }
    )
    late = (frame["hour"] > 16) ^ (random.random(rows) < 0.2)
    encode = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = make_column_transformer((encode, ["carrier"]), remainder="passthrough")
    model = make_pipeline(columns, HistGradientBoostingClassifier(max_iter=20))
    model.fit(frame[[name for name, _ in COLUMNS]].iloc[:1000], late.iloc[:1000])
    (folder / "artifacts").mkdir(parents=True)
    joblib.dump(model, folder / "artifacts/model.joblib")
    shutil.copyfile(Path(mlops_ext.__file__).with_name("adapter.py"), folder / "adapter.py")
    features = [{"name": name, "type": kind} for name, kind in COLUMNS]
    described = {"file": "artifacts/model.joblib", "adapter": "adapter.py", "path": [], "features": features}
    (folder / "mlops-ext-model.json").write_text(json.dumps({**described, "output": "probability"}))
    test = folder.parent / "test.parquet"
    frame.iloc[1000:].to_parquet(test)
    return test
