"""Where a service answers, written by itself, and whether it still is the one that answers there."""

from __future__ import annotations

import http.client
from pathlib import Path

import msgspec

from mlops_ext import durable, process
from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.place import Place
from mlops_ext_serve.serving.state import Answer


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is the process's own; `since` is what the kernel says of when it started."""

    host: str
    port: int
    token: str
    pid: int
    since: str

    @property
    def uri(self) -> str:
        """The address as clients use it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether the process that wrote it still runs."""
        return process.alive(self.pid, self.since)


class Supervisor(msgspec.Struct, frozen=True, kw_only=True):
    """The process that restarts the service."""

    pid: int
    since: str

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return process.alive(self.pid, self.since)


def write(file: Path, note: Address | Supervisor) -> None:
    """Leave a note, whole or not at all."""
    durable.write_bytes(file, msgspec.json.encode(note))


def read_address(place: Place) -> Address | None:
    """The last service's note; None without one."""
    try:
        return msgspec.json.decode(place.address.read_bytes(), type=Address)
    except (OSError, msgspec.MsgspecError):
        return None


def read_supervisor(place: Place) -> Supervisor | None:
    """The supervisor's note, if it still runs."""
    try:
        found = msgspec.json.decode(place.supervisor.read_bytes(), type=Supervisor)
    except (OSError, msgspec.MsgspecError):
        return None
    return found if found.alive else None


def ask(address: Address, timeout: float = 5.0) -> Answer | None:
    """What the service says of itself; None when nobody answers, an error when somebody else does."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout)
    try:
        connection.request("GET", "/version")
        said = connection.getresponse().read()
        answer = msgspec.json.decode(said, type=Answer)
    except OSError:
        return None
    except (http.client.HTTPException, msgspec.MsgspecError):
        raise _stranger(address) from None
    finally:
        connection.close()
    if answer.token != address.token:
        raise _stranger(address)
    return answer


def _stranger(address: Address) -> CouldNotTellError:
    return CouldNotTellError(
        f"something else than the service of this target answers at {address.uri}",
        hint="end it, or give the service another port in targets.<name>.service",
    )
