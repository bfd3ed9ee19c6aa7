"""What every hook is given: where we are, what is set, how long there is, and ways to what others know."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from mlops_ext.contract.data import DataRef, Table
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import RunPlan, Tracker
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import Settings
from mlops_ext.errors import DeadlineError

Own = TypeVar("Own", bound=msgspec.Struct)


class Desk(Protocol):
    """The host's side of a context: asks the plugin whose role it is, so plugins need not know each other."""

    def open(self, data: DataRef) -> Table:
        """The table behind a reference, by the engine."""
        ...

    def fetch(self, ref: Ref) -> Path:
        """A local path with the bytes of a digest: data of any age, a model version's folder, a package."""
        ...

    def track(self, plan: RunPlan) -> Tracker:
        """A tracker for an execution; one that writes nothing where no plugin tracks."""
        ...

    def find_model(self, selector: str) -> ModelVersion | None:
        """A model version, by the registry: `<model>@<alias>`, `<model>/<version>` or `<model>` (newest)."""
        ...

    def find_record(self, digest: str) -> StoredRecord | None:
        """A record by its digest, from the index or the store; its bytes hash to its name."""
        ...

    def own(self, name: str, kind: type[Own]) -> Own:
        """A plugin's own settings, read strictly from `[tool.mlops-ext.<name>]`."""
        ...


def _silent(message: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Handed to every hook. `deadline` is on `time.monotonic`'s clock; paths are absolute.

    `root` is the project, `top` the Git root; `python` the interpreter of the project environment;
    `state` is `.mlops-ext/`, an index and a cache; `home` is where this user's targets live.
    `pictures` says that somebody is going to look: reports for people are drawn only then. `say` is for
    what has just begun; `tell` for a line that stays, such as what we wait for.
    """

    root: Path
    top: Path
    project: str
    settings: Settings
    desk: Desk
    python: str
    home: Path
    zone: str = "local"
    model: str = ""
    deadline: float = float("inf")
    dry_run: bool = False
    force: bool = False
    pictures: bool = False
    say: Callable[[str], None] = field(default=_silent)
    tell: Callable[[str], None] = field(default=_silent)

    @property
    def state(self) -> Path:
        """The project's index and cache: delete it and nothing is lost."""
        return self.root / ".mlops-ext"

    def open(self, data: DataRef) -> Table:
        """The table behind a reference, by the engine."""
        return self.desk.open(data)

    def fetch(self, ref: Ref) -> Path:
        """A local path with the bytes of a digest."""
        return self.desk.fetch(ref)

    def track(self, plan: RunPlan) -> Tracker:
        """A tracker for an execution that is about to start."""
        return self.desk.track(plan)

    def find_model(self, selector: str) -> ModelVersion | None:
        """A model version, by the registry."""
        return self.desk.find_model(selector)

    def find_record(self, digest: str) -> StoredRecord | None:
        """A record by its digest."""
        return self.desk.find_record(digest)

    def own(self, name: str, kind: type[Own]) -> Own:
        """A plugin's own settings."""
        return self.desk.own(name, kind)

    def left(self) -> float:
        """Seconds until the deadline; past it: could not tell."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlineError("the time for this answer is over", hint="raise `deadline` in the settings")
        return left

    def relative(self, path: Path | str) -> str:
        """A path as people are shown it: relative to the Git root where it lies below."""
        path = Path(path)
        return str(path.relative_to(self.top)) if path.is_relative_to(self.top) else str(path)
