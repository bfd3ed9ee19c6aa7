"""A host's side of a context for these tests: real hooks of this plugin, pyarrow for tables."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from mlops_ext.contract.context import Context
from mlops_ext.contract.settings import DataSettings, ModelSettings, Settings
from mlops_ext_dvc import hooks
from mlops_ext_dvc.settings import DvcSettings


class ArrowTable:
    def __init__(self, table):
        self.table = table

    def sample(self, n, seed):
        step = max(1, -(-self.table.num_rows // n))
        return ArrowTable(self.table.take(list(range(0, self.table.num_rows, step))))

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


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
        read = pq.read_table if data.format == "parquet" else pacsv.read_csv
        return ArrowTable(read(data.uri))

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
        assert (name, kind) == ("dvc", DvcSettings)
        return msgspec.convert(self.dvc, kind)


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
