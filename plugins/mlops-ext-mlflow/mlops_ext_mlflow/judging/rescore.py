"""Predict again with versions, each in the environment that it was made for."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import ColumnRoles
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext_mlflow.statistics.metrics import Array

SETTINGS = "mlops-ext-model.json"


def rescore(
    context: Context, versions: Sequence[ModelVersion], table: pa.Table, roles: ColumnRoles
) -> list[Array]:
    """For each version one prediction per row; it sees its feature columns and nothing else.

    The versions score side by side: most of the time goes into starting their processes.
    """
    from mlops_ext.worker_client import Batch, predict_all

    with tempfile.TemporaryDirectory(prefix="mlops-ext-score-") as place:
        batches = []
        for number, version in enumerate(versions):
            folder = context.fetch(version.ref())
            features = choose_features(folder, table.column_names, roles, version.name)
            given, answer = Path(place, f"{number}-in.arrow"), Path(place, f"{number}-out.arrow")
            _write(table.select(features), given)
            batches.append(Batch(interpreter_of(context, version), folder, given, answer))
        limit = context.left()
        predict_all(batches, None if limit == float("inf") else limit)
        return [
            _read(batch.arrow_out, table.num_rows, version.name)
            for batch, version in zip(batches, versions, strict=True)
        ]


def interpreter_of(context: Context, version: ModelVersion) -> Path:
    """The Python of the version's own environment, made from its lock where it is not there yet."""
    from mlops_ext.environments import LockFile, make_environment, shared_environment

    lock = context.fetch(Ref(kind="lock", name=version.name))
    text = lock.read_text("utf-8")
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = ".".join(version.python.split(".")[:2]) or own
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    place = shared_environment(LockFile(kind="requirements", path=lock, text=text, digest=digest), python)
    return make_environment(text, python, place)


def declared_output(folder: Path) -> str:
    """What the model's own settings say that it predicts; nothing for a model the team logged itself."""
    return str(_settings(folder).get("output") or "")


def choose_features(folder: Path, columns: list[str], roles: ColumnRoles, name: str) -> list[str]:
    """The model's features by its own settings, else the table's columns without label, id and time."""
    declared = [feature["name"] for feature in _settings(folder).get("features") or ()]
    missing = sorted(set(declared) - set(columns))
    if missing:
        raise CouldNotTellError(
            f"{name} needs columns that the test data lacks: {', '.join(missing)}", hint="models.<name>.test"
        )
    others = {roles.label, roles.id, roles.time, roles.prediction, roles.version}
    return declared or list(roles.features) or [column for column in columns if column not in others]


def _settings(folder: Path) -> dict[str, Any]:
    file = folder / SETTINGS
    return dict(json.loads(file.read_bytes())) if file.exists() else {}


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow as pa

    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)


def _read(path: Path, rows: int, name: str) -> Array:
    import pyarrow as pa

    from mlops_ext_mlflow.statistics.columns import read_values

    with pa.OSFile(str(path)) as file:
        answer = pa.ipc.open_file(file).read_all()
    if answer.num_rows != rows:
        raise CouldNotTellError(f"{name} gave {answer.num_rows} predictions for {rows} rows")
    return read_values(answer["prediction"])
