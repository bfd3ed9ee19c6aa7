"""A registry of real model folders on disk, which any process may read, and a desk that asks it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec

from mlops_ext import durable
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef, Table
from mlops_ext.contract.models import ModelVersion, Promotion
from mlops_ext.contract.pipeline import RunPlan, Tracker
from mlops_ext.contract.records import StageRecord, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import (
    ColumnSettings,
    DataSettings,
    ModelSettings,
    ServiceSettings,
    Settings,
    TargetSettings,
)
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import sha256_tree
from mlops_ext.records import statement

MODEL = "delay"
TARGET = "production"
ADAPTER = Path(__file__).with_name("small_adapter.py")
FEATURES = [
    {"name": "distance", "type": "double"},
    {"name": "hour", "type": "long"},
    {"name": "carrier", "type": "string"},
]


class Registry:
    """Versions are folders, the log of the alias is a file; all of it is the test's to move."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "records").mkdir(parents=True, exist_ok=True)

    def add(self, version: int, **model: Any) -> ModelVersion:
        """A new version: a small model whose answers depend on the version."""
        place = self.folder / str(version)
        (place / "artifacts").mkdir(parents=True)
        described = {
            "file": "artifacts/model.json",
            "adapter": "adapter.py",
            "path": [],
            "features": FEATURES,
        }
        (place / "mlops-ext-model.json").write_text(json.dumps(described))
        (place / "artifacts/model.json").write_text(json.dumps({"add": version, **model}))
        shutil.copyfile(ADAPTER, place / "adapter.py")
        return self.put(version, place)

    def put(self, version: int, place: Path, data: tuple[Ref, ...] = ()) -> ModelVersion:
        """Take a model folder as a version."""
        lock = self.folder / f"{version}.lock"
        lock.write_text("pandas==3.0.6\n")
        made = ModelVersion(
            model=MODEL,
            version=version,
            digest=f"sha256:{sha256_tree(place)}",
            uri=str(place),
            lock=f"sha256:{hashlib.sha256(lock.read_bytes()).hexdigest()}",
            data=data,
        )
        durable.write_bytes(self.folder / f"{version}.json", msgspec.json.encode(made))
        return made

    def get(self, version: int) -> ModelVersion:
        """A version by its number."""
        return msgspec.json.decode((self.folder / f"{version}.json").read_bytes(), type=ModelVersion)

    def promote(self, version: int, **changed: Any) -> ModelVersion:
        """Append a promotion; `changed` are fields of the gate's record that differ from a good one."""
        made = self.get(version)
        number = len(list((self.folder / "records").iterdir())) + 1
        record = StageRecord(
            **{
                "stage": "release",
                "project": "example",
                "key": f"{number:064x}",
                "zone": "local",
                "verdict": "pass",
                "target": TARGET,
                "model": MODEL,
                "inputs": (made.ref(),),
                **changed,
            }
        )
        stored = statement.store(record)
        gate = stored.digest
        durable.write_bytes(self.folder / "records" / gate, msgspec.json.encode(stored))
        promotion = Promotion(
            model=MODEL, alias="champion", version=version, number=number, expected=number - 1, gate=gate
        )
        made = msgspec.structs.replace(made, promotion=promotion)
        durable.write_bytes(self.folder / "champion.json", msgspec.json.encode(made))
        return made


class FakeDesk:
    """Answers from a registry folder; `broken` in it makes the registry fail."""

    def __init__(self, folder: Path, own: dict[str, Any] | None = None) -> None:
        self.registry = Registry(folder)
        self._own = own or {}

    def open(self, data: DataRef) -> Table:
        from serve_testing.tables import read

        return cast("Table", read(Path(data.uri)))

    def fetch(self, ref: Ref) -> Path:
        if ref.kind == "data":
            return Path(ref.uri)
        number = ref.name.rpartition("/")[2]
        name = {"model-version": number, "lock": f"{number}.lock"}.get(ref.kind)
        if name is None or not (self.registry.folder / name).exists():
            raise CouldNotTellError(f"nobody could bring the {ref.kind} {ref.name}")
        return self.registry.folder / name

    def track(self, plan: RunPlan) -> Tracker:
        raise CouldNotTellError("nobody tracks here")

    def find_model(self, selector: str) -> ModelVersion | None:
        if (self.registry.folder / "broken").exists():
            raise CouldNotTellError("the store is locked")
        file = self.registry.folder / "champion.json"
        return msgspec.json.decode(file.read_bytes(), type=ModelVersion) if file.exists() else None

    def find_record(self, digest: str) -> StoredRecord | None:
        file = self.registry.folder / "records" / digest
        return msgspec.json.decode(file.read_bytes(), type=StoredRecord) if file.exists() else None

    def own(self, name: str, kind: Any) -> Any:
        return msgspec.convert(self._own, kind)


def make_context(folder: Path, desk: Any, poll_seconds: float = 0.1, **changed: Any) -> Context:
    """A context for a project in `folder`; its home is beside it."""
    settings = Settings(
        plugins=("serve",),
        data={
            "flights": DataSettings(
                path="data/flights.parquet",
                time="departs",
                columns=ColumnSettings(id="flight", label="late", categories=("carrier",)),
            )
        },
        models={MODEL: ModelSettings(data="flights", test="flights")},
        targets={TARGET: TargetSettings(service=ServiceSettings(poll_seconds=poll_seconds))},
    )
    context = Context(
        root=folder,
        top=folder,
        project="example",
        settings=settings,
        desk=desk,
        python="",
        home=folder / "home",
        model=MODEL,
        say=lambda message: print(message, flush=True),
    )
    return replace(context, **changed)
