"""A context for judging: tables by pyarrow, model folders and profiles from a folder of the test."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from arrow_table import ArrowTable

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.contract.settings import ModelSettings, Settings
from mlops_ext.errors import CouldNotTellError

SEED = 190_612


class Desk:
    """Answers `open` from tables by name, and `fetch` from files."""

    def __init__(self, folder: Path, tables: dict[str, pa.Table], share: float | None = None) -> None:
        self.folder = folder
        self.tables = tables
        self.share = share

    def open(self, data: DataRef) -> ArrowTable:
        return ArrowTable(self.tables[data.name])

    def fetch(self, ref):
        place = self.folder / ref.kind / ref.name.replace("/", "-")
        place.mkdir(parents=True, exist_ok=True)
        if ref.kind != "profile":
            return place
        if self.share is None:
            raise CouldNotTellError("no profile")
        counts = (round((1 - self.share) * 1000), round(self.share * 1000))
        column = ColumnProfile(
            name="late", type="integer", kind="category", categories=("0", "1"), counts=counts
        )
        (place / "profile.json").write_bytes(msgspec.json.encode(Profile(model="m", columns=(column,))))
        return place / "profile.json"


def context(
    tmp_path: Path, table: pa.Table, model: ModelSettings | None = None, share: float | None = None
) -> Context:
    settings = Settings(plugins=("mlflow",), models={"delay": model or ModelSettings(output="probability")})
    desk = Desk(tmp_path, {"test": table}, share)
    return Context(
        root=tmp_path,
        top=tmp_path,
        project="p",
        settings=settings,
        desk=desk,
        python=sys.executable,
        home=tmp_path,
    )


def version(number: int, **given) -> ModelVersion:
    usual = {
        "digest": f"sha256:{number:064d}",
        "uri": f"models:/delay/{number}",
        "trained_until": "2013-03-31",
    }
    return ModelVersion(model="delay", version=number, **{**usual, **given})


def data(**roles: str) -> DataRef:
    usual = {"label": "late", "time": "time", "id": "id"}
    return DataRef(name="test", uri="/nowhere", digest="md5:0", columns=ColumnRoles(**{**usual, **roles}))


def flights(days: int = 40, rows: int = 150, start: str = "2013-04-01") -> pa.Table:
    """Rows of days whose share of late ones moves, with the true log-odds as a feature."""
    generator = np.random.default_rng(SEED)
    size = days * rows
    owners = np.repeat(np.arange(days), rows)
    odds = generator.normal(-1, 1.2, size) + generator.normal(0, 0.3, days)[owners]
    late = generator.random(size) < 1 / (1 + np.exp(-odds))
    hours = owners * 24 + generator.integers(0, 24, size)
    time = np.datetime64(start, "us") + hours.astype("timedelta64[h]")
    carrier = generator.choice(["UA", "AA", "DL"], size)
    return pa.table(
        {"id": np.arange(size), "time": time, "odds": odds, "carrier": carrier, "late": late.astype(np.int64)}
    )


def knows(share: float, noise: float = 1.5):
    """A model that sees this share of the true log-odds; calibrated enough for a proper score."""

    def score(context, versions, table, roles):
        odds = np.asarray(table["odds"])
        blur = np.random.default_rng(int(share * 1000)).normal(0, noise * (1 - share), len(odds))
        return [1 / (1 + np.exp(-(share * (odds + 1) - 1 + blur * share))) for _ in versions]

    return score


def by_version(**scores):
    """Another model for each version: `v1=..., v2=...`."""

    def score(context, versions, table, roles):
        return [scores[f"v{one.version}"](context, [one], table, roles)[0] for one in versions]

    return score
