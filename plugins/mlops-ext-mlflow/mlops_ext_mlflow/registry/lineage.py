"""What a version was made from, as JSON in its description: one row with its number, both or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.refs import Metric, Ref, Setting
from mlops_ext_mlflow.store.calls import read

if TYPE_CHECKING:
    from mlops_ext.contract.models import Promotion
    from mlops_ext_mlflow.store.connect import Store

TAG = "mlops.lineage"
# Databases other than SQLite hold 5,000 characters of a description.
LONGEST = 4900


class Lineage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The lineage of a version. `execution` is the id of the run's source; the run has what was `cut`."""

    lineage: int = 1
    digest: str
    run: str
    execution: str = ""
    revision: str = ""
    package: str = ""
    lock: str = ""
    python: str = ""
    file_digest: str = ""
    logged: str = ""
    trained_until: str = ""
    causes: tuple[str, ...] = ()
    data: tuple[Ref, ...] = ()
    metrics: tuple[Metric, ...] = ()
    params: tuple[Setting, ...] = ()
    cut: bool = False


def encode(lineage: Lineage) -> str:
    """The lineage as text that every database holds; parameters and metrics also lie with the run."""
    text = _json(lineage)
    return text if len(text) <= LONGEST else _json(replace(lineage, params=(), metrics=(), cut=True))


def decode(version: Any) -> Lineage | None:
    """The lineage of a version, or None where nobody of ours registered it."""
    for text in (version.description, version.tags.get(TAG)):
        try:
            found = msgspec.json.decode(text or "", type=Lineage)
        except msgspec.MsgspecError:
            continue
        return found
    return None


def model_version(
    store: Store, version: Any, lineage: Lineage, promotion: Promotion | None = None
) -> ModelVersion:
    """A registered version as the contract says it."""
    metrics, params = lineage.metrics, lineage.params
    if lineage.cut:
        metrics, params = of_run(store, lineage.run)
    return ModelVersion(
        model=version.name,
        version=int(version.version),
        digest=lineage.digest,
        uri=f"models:/{version.name}/{version.version}",
        run=lineage.run,
        revision=lineage.revision,
        package=lineage.package,
        lock=lineage.lock,
        python=lineage.python,
        file_digest=lineage.file_digest,
        data=lineage.data,
        params=params,
        metrics=metrics,
        trained_until=lineage.trained_until,
        created=_iso(version.creation_timestamp),
        causes=lineage.causes,
        promotion=promotion,
    )


def of_run(store: Store, run: str) -> tuple[tuple[Metric, ...], tuple[Setting, ...]]:
    """Metrics and parameters as the tracked run holds them."""
    data = read(store, store.client.get_run, run).data
    metrics = tuple(Metric(name=name, value=value) for name, value in sorted(data.metrics.items()))
    return metrics, tuple(Setting(name=name, value=value) for name, value in sorted(data.params.items()))


def _json(lineage: Lineage) -> str:
    return msgspec.json.encode(lineage).decode()


def _iso(milliseconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
