"""The folder of a service on its target, and what lies in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context


class Place:
    """Names in a service's folder. Nothing here is a cache: the log and the served models must last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = folder / "address.json"
        self.serving = folder / "serving.json"
        self.log = folder / "predictions.sqlite"
        self.lock = folder / "service.lock"
        self.supervisor = folder / "supervisor.json"
        self.environments = folder / "environments"
        self.output = folder / "service.log"
        self.wake = folder / "wake"

    def model(self, digest: str) -> Path:
        """The folder that holds what one model version needs to be served."""
        return self.folder / "models" / digest.rpartition(":")[2][:16]


def place_of(context: Context, target: str, model: str) -> Place:
    """Where the service of a model on a target lives, as the host computes it for `Target.path`."""
    found = context.settings.targets.get(target)
    if found is None:
        known = ", ".join(context.settings.targets) or "none"
        raise SettingsError(f"no target `{target}`", key="targets", hint=f"known: {known}")
    base = context.root / Path(found.path).expanduser() if found.path else context.home / target
    return Place(base / "services" / model)


def modified(path: Path) -> int:
    """When a file was last touched, in nanoseconds; 0 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
