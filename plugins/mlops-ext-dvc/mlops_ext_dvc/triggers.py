"""New data: the bytes at a table's source are not those that the newest version was trained on."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.refs import Ref
from mlops_ext.contract.triggers import NEW_DATA, Trigger
from mlops_ext.files import DigestCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.contract.settings import ModelSettings


def find(context: Context) -> list[Trigger]:
    """One trigger per model and table whose source has other bytes than the newest version knew.

    A model without a version has none: its first training is by demand.
    """
    found: list[Trigger] = []
    for model, settings in sorted(context.settings.models.items()):
        if settings.trigger.new_data and context.model in ("", model):
            found += _of_model(context, model, settings)
    return found


def _of_model(context: Context, model: str, settings: ModelSettings) -> Iterator[Trigger]:
    tables = [table for table in _tables(settings) if context.settings.data[table].source]
    version = context.find_model(model) if tables else None
    if version is None:
        return
    for table in tables:
        trigger = _of_table(context, version, table)
        if trigger:
            yield trigger


def _tables(settings: ModelSettings) -> tuple[str, ...]:
    # What it learns from: new rows for judging or new labels alone are no reason to train again.
    return tuple(dict.fromkeys(table for table in (settings.data, settings.train) if table))


def _of_table(context: Context, version: ModelVersion, table: str) -> Trigger | None:
    from mlops_ext_dvc.data import resolve

    trained = {ref.digest for ref in version.data if ref.name == table}
    if not trained:
        context.say(
            f"whether {table} has new data can't be told: {version.name} does not say what it was trained on"
        )
        return None
    newest = resolve.resolve(context, f"newest:{table}", "workspace")
    if newest is None or not newest.digest or trained & {newest.digest, _sha256(context, newest, trained)}:
        return None
    return Trigger(
        id=identity(NEW_DATA, version.model, table, newest.digest),
        kind=NEW_DATA,
        model=version.model,
        why=f"new data for {table}: {_short(newest.digest)}, where {version.name} knew {_short(*trained)}",
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        found_by="dvc",
        evidence=(
            Ref(kind="data", name=table, digest=newest.digest, uri=newest.uri),
            version.ref(),
        ),
    )


def _sha256(context: Context, newest: DataRef, trained: set[str]) -> str:
    """The other digest of the newest bytes, where the run named a table so: DVC does not track it."""
    if not any(digest.startswith("sha256:") for digest in trained) or not Path(newest.uri).exists():
        return newest.digest
    seen = DigestCache(context.state / "dvc" / "sha256.json")
    digest = f"sha256:{seen.digest(Path(newest.uri))}"
    seen.save()
    return digest


def identity(*words: str) -> str:
    """The same cause has the same id, whoever finds it and whenever."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def _short(*digests: str) -> str:
    return ", ".join(sorted(digest.partition(":")[2][:8] for digest in digests))
