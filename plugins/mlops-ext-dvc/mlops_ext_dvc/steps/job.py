"""One execution of a pipeline while it goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Maker, Run, Source, Tracker
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import LockedStage

LOG = "output.log"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What an execution needs to know.

    `root` is the DVC project that runs; `folder` holds the journal, the log and each step's variables;
    `project` is the folder in it that the settings' paths are relative to; `before` the locked stages
    at the start; `env` the environment in which the team's commands run.
    """

    id: str
    context: Context
    source: Source
    root: Path
    project: Path
    folder: Path
    plan: Plan
    before: Mapping[str, LockedStage]
    tracker: Tracker
    env: Mapping[str, str]
    revision: str = ""
    params: tuple[Setting, ...] = ()
    started: str = ""

    @property
    def log(self) -> Path:
        """The file with the output of DVC and of the steps."""
        return self.folder / LOG

    def run(self, status: str) -> Run:
        """The run with what is known at any time."""
        return Run(
            id=self.tracker.run_id or self.id,
            name=self.id,
            status=status,
            source=self.source,
            revision=self.revision,
            path=str(self.project),
            params=self.params,
            log=str(self.log),
            started=self.started,
            ended=now(),
        )


class NoTracker:
    """Follows nothing: for sample runs, which must not appear in the team's store."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    @property
    def run_id(self) -> str:
        """There is no run."""
        return ""

    def variables(self, step: str) -> Mapping[str, str]:
        """The same for every step."""
        return self._variables

    def maker(self, outs: tuple[Ref, ...], environment: str) -> Maker | None:
        """Nobody remembers."""
        return None

    def finish(self, run: Run) -> Run:
        """Nothing is written."""
        return run


def new_id() -> str:
    """A name for an execution that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(4).hex()}"


def now() -> str:
    """This moment, as records write it."""
    return stamp(time.time())


def stamp(seconds: float) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
