"""Targets: where pipelines are deployed and services run."""

from __future__ import annotations

import msgspec

from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import Package
from mlops_ext.contract.refs import Ref


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place with the kind of thing that lives there.

    `kind` names the plugin that deploys (`folder`, `local-service`); `path` is the folder of the target;
    `model` is the name of the served model where the kind is a service's.
    """

    name: str
    kind: str
    path: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    model: str = ""


class Deployment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="deployment"):
    """What is on a target now, as it was observed.

    `subject` is the package or model version; `path` the folder of the tree (pipelines); `python` the
    interpreter there; `uri` the address (services); `status` is ready, starting, degraded or stopped.
    """

    target: str
    kind: str
    subject: Ref
    status: str
    path: str = ""
    python: str = ""
    uri: str = ""
    started: str = ""
    previous: str = ""

    def ref(self) -> Ref:
        """The pointer that a record keeps."""
        return Ref(
            kind="deployment",
            name=f"{self.subject.name}@{self.target}",
            digest=self.subject.digest,
            uri=self.uri,
        )


Subject = Package | ModelVersion | Deployment
