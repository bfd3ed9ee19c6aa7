"""A host's side of a context for these tests: real hooks of this plugin, and of the engine."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.contract.context import Context
from mlops_ext.contract.settings import DataSettings, ModelSettings, Settings
from mlops_ext_dvc import hooks
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_ibis.hooks import mlops_open_table


@dataclass
class Tracker:
    """Keeps what it was told; the variables show that each step gets its own."""

    plan: Any
    finished: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    run_id: str = "run-1"
    makers: dict = field(default_factory=dict)

    def variables(self, step):
        self.asked.append(step)
        return {"STEP_NAME": step, "MLFLOW_RUN_ID": ""}

    def maker(self, outs, environment):
        return self.makers.get(outs)

    def finish(self, run):
        self.finished.append(run)
        return run


@dataclass
class Desk:
    dvc: dict[str, Any] = field(default_factory=dict)
    trackers: list[Tracker] = field(default_factory=list)
    context: Context | None = None

    def open(self, data):
        return mlops_open_table(context=self.context, data=data)

    def fetch(self, ref):
        found = hooks.mlops_fetch_data(context=self.context, data=ref)
        assert found is not None
        return found

    def track(self, plan):
        self.trackers.append(Tracker(plan))
        return self.trackers[-1]

    def find_model(self, selector):
        return None

    def find_record(self, digest):
        return None

    def own(self, name, kind):
        assert name in ("dvc", "ibis")
        return msgspec.convert(self.dvc if kind is DvcSettings else {}, kind)


def make_context(
    root: Path, *, data=None, models=None, dvc=None, base="", seconds=float("inf"), **more
) -> Context:
    desk = Desk(dvc or {})
    settings = Settings(
        plugins=("dvc",),
        base=base,
        data={name: msgspec.convert(table, DataSettings) for name, table in (data or {}).items()},
        models={name: msgspec.convert(model, ModelSettings) for name, model in (models or {}).items()},
    )
    context = Context(
        root=root,
        top=root,
        project="demo",
        settings=settings,
        desk=desk,
        python=sys.executable,
        home=root.parent / "home",
        deadline=time.monotonic() + seconds,
        say=lambda message: said.append(message),
        tell=lambda message: said.append(message),
        **more,
    )
    said: list[str] = []
    desk.context = context
    desk.said = said
    return context
