"""Model versions, and the promotions that say which one serves."""

from __future__ import annotations

import msgspec

from mlops_ext.contract.refs import Metric, Ref, Setting


class Promotion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry in the append-only log of an alias.

    `number` is the entry's own, `expected` the entry it was judged against (0: none before),
    `gate` the digest of the record that opened the gate. `won` is False when another entry that
    named the same predecessor has a lower number; then `winner` is the version that won.
    """

    model: str
    alias: str
    version: int
    number: int
    expected: int
    gate: str = ""
    who: str = ""
    won: bool = True
    winner: int = 0
    time: str = ""


class ModelVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="model-version"):
    """One version in the registry with its lineage.

    `digest` is the sha256 over the model's files; `file_digest` is that of the file the pipeline
    made, as its versioning tool names it. `lock` is the sha256 of the lock of its environment.
    `test` is the data its run kept for judging, `trained_until` the newest time in its training data.
    `promotion` is the entry by which it holds the alias it was found by.
    """

    model: str
    version: int
    digest: str
    uri: str
    run: str = ""
    revision: str = ""
    package: str = ""
    record: str = ""
    lock: str = ""
    python: str = ""
    file_digest: str = ""
    data: tuple[Ref, ...] = ()
    params: tuple[Setting, ...] = ()
    metrics: tuple[Metric, ...] = ()
    trained_until: str = ""
    created: str = ""
    causes: tuple[str, ...] = ()
    promotion: Promotion | None = None

    @property
    def name(self) -> str:
        """As people write it: `flight-delay/3`."""
        return f"{self.model}/{self.version}"

    def ref(self, kind: str = "model-version") -> Ref:
        """The pointer that a record keeps; of kind `champion` where the version was only compared with."""
        return Ref(kind=kind, name=self.name, digest=self.digest, uri=self.uri)
