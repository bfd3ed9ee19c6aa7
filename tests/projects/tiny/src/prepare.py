"""Cuts the newest days off for the test."""

from datetime import timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

days = yaml.safe_load(Path("params.yaml").read_text())["prepare"]["test_days"]
visits = pq.read_table("data/visits.parquet")
cut = pc.max(visits["day"]).as_py() - timedelta(days=days - 1)
pq.write_table(visits.filter(pc.field("day") < cut), "data/train.parquet")
pq.write_table(visits.filter(pc.field("day") >= cut), "data/test.parquet")
