"""Which run made some outputs, and what was installed where it ran."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.pipeline import Maker
from mlops_ext.errors import MlopsExtError
from mlops_ext_mlflow.store.calls import read, upload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlops_ext.contract.refs import Ref
    from mlops_ext_mlflow.store.connect import Store

FILE = "environments.json"
Environments = dict[str, dict[str, str]]


def digest_of(refs: Iterable[Ref]) -> str:
    """The sha256 of the sorted (path, digest) pairs: the same outputs have the same one."""
    lines = sorted(f"{ref.digest}  {ref.name}\n" for ref in refs)
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""


class Makers:
    """Makers by the digest of what they made; each is asked for once."""

    def __init__(self, store: Store, experiment: str) -> None:
        self._store = store
        self._experiment = experiment
        self._found: dict[str, Maker | None] = {}
        self._environments: dict[str, Environments] = {}

    def of(self, outs: str) -> Maker | None:
        """The newest run that made these outputs."""
        if outs and outs not in self._found:
            self._found[outs] = self._search(outs)
        return self._found.get(outs)

    def with_packages(self, maker: Maker) -> Maker:
        """The same with what was installed there, where that was written down."""
        packages = self._installed(self._parent(maker.run)).get(maker.environment, {})
        return Maker(run=maker.run, environment=maker.environment, packages=packages)

    def _search(self, outs: str) -> Maker | None:
        where = f"tags.`mlops.outs` = '{outs}' and tags.`mlops.how` = 'ran'"
        order = ["attributes.start_time DESC"]
        search = self._store.client.search_runs
        found = read(self._store, search, [self._experiment], where, max_results=1, order_by=order)
        if not found:
            return None
        return Maker(run=found[0].info.run_id, environment=found[0].data.tags.get("mlops.env", ""))

    def _parent(self, run: str) -> str:
        return str(read(self._store, self._store.client.get_run, run).data.tags.get("mlops.run", ""))

    def _installed(self, parent: str) -> Environments:
        if parent not in self._environments:
            self._environments[parent] = self._download(parent)
        return self._environments[parent]

    def _download(self, parent: str) -> Environments:
        with tempfile.TemporaryDirectory() as folder:
            try:
                file = read(self._store, self._store.client.download_artifacts, parent, FILE, folder)
                return dict(json.loads(Path(file).read_bytes()))
            except (MlopsExtError, OSError, ValueError):
                return {}  # written by an earlier version, or its files are gone: the digest still tells


def keep(store: Store, parent: str, environments: Mapping[str, Mapping[str, str]]) -> None:
    """Write down what was installed, so that a later difference has names."""
    if not environments:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_text(json.dumps({name: dict(packages) for name, packages in environments.items()}))
        upload(store, store.client.log_artifact, parent, str(file))
