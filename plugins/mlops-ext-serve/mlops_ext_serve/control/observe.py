"""What is on a service target now, by asking the service itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext_serve.place import Place
from mlops_ext_serve.serving.address import Address, ask, read_address, read_supervisor
from mlops_ext_serve.serving.state import Answer

if TYPE_CHECKING:
    from mlops_ext.contract.targets import Target

READY = "ready"
STARTING = "starting"
DEGRADED = "degraded"
STOPPED = "stopped"


def observe(target: Target) -> Deployment | None:
    """The service's own answer; None when no service runs.

    `starting` is one without a model yet, `degraded` one that runs and does not answer.
    """
    place = Place(Path(target.path))
    address = read_address(place)
    if address is None or not address.alive:
        return None if read_supervisor(place) is None else described(target, None, None, STARTING)
    answer = ask(address)
    if answer is None:
        return described(target, address, None, DEGRADED)
    return described(target, address, answer, READY if answer.ready else STARTING)


def described(target: Target, address: Address | None, answer: Answer | None, status: str) -> Deployment:
    """A deployment in the contract's words."""
    version = answer.version if answer else None
    return Deployment(
        target=target.name,
        kind=target.kind,
        subject=Ref(
            kind="model-version",
            name=target.model if version is None else f"{target.model}/{version}",
            digest=answer.digest if answer else "",
        ),
        status=status,
        path=target.path,
        uri=address.uri if address else "",
        started=answer.since if answer else "",
    )
