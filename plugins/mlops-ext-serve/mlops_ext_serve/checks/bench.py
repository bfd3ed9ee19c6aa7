"""A version on the bench: its folder, its environment, a running process, and rows to ask it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.refs import Ref
from mlops_ext.errors import RefusedError
from mlops_ext.files import sha256_tree
from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.model import environment
from mlops_ext_serve.model.runner import Runner
from mlops_ext_serve.model.signature import Feature, read_signature
from mlops_ext_serve.settings import ServeSettings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion


@dataclass(frozen=True)
class Bench:
    """What is looked at. The runner is not started yet."""

    version: ModelVersion
    folder: Path
    python: Path
    features: tuple[Feature, ...]
    runner: Runner
    settings: ServeSettings
    metrics: Metrics


@contextlib.contextmanager
def on_bench(context: Context, version: ModelVersion) -> Iterator[Bench]:
    """The version's own bytes with the environment of its lock; its process ends with the block."""
    settings = context.own("serve", ServeSettings)
    folder = context.fetch(version.ref())
    if f"sha256:{sha256_tree(folder)}" != version.digest:
        raise RefusedError(
            f"the registry's bytes of {version.name} are not those of {version.digest[:19]}",
            hint="register the model again: something wrote into its folder",
        )
    lock = context.fetch(Ref(kind="lock", name=version.name, digest=version.lock))
    python = environment.python_shared(lock, version)
    metrics = Metrics()
    runner = Runner(python, folder, settings, metrics)
    try:
        yield Bench(version, folder, python, read_signature(folder), runner, settings, metrics)
    finally:
        runner.close()
