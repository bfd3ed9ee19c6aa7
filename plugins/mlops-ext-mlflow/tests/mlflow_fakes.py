"""A context for tests: a desk that asks this plugin itself, with the real tool behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef, Table
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import RunPlan, Tracker
from mlops_ext.contract.records import RecordQuery, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import Settings


@dataclass
class Desk:
    """The host's side, as far as these tests need it."""

    own_settings: dict[str, object] = field(default_factory=dict)
    context: Any = None

    def own(self, name: str, kind: type[Any]) -> Any:
        """The plugin's settings."""
        return msgspec.convert(self.own_settings, kind)

    def open(self, data: DataRef) -> Table:
        """No engine here."""
        raise NotImplementedError

    def track(self, plan: RunPlan) -> Tracker:
        """By this plugin."""
        from mlops_ext_mlflow.tracking import tracker

        return tracker.open_tracker(self.context, plan)

    def find_record(self, digest: str) -> StoredRecord | None:
        """By this plugin."""
        from mlops_ext_mlflow import records

        found = records.find(self.context, RecordQuery(project=self.context.project, digest=digest))
        return found[0] if found else None

    def fetch(self, ref: Ref) -> Path:
        """By this plugin."""
        from mlops_ext_mlflow.registry import fetch

        path = fetch.fetch(self.context, ref)
        assert path is not None
        return path

    def find_model(self, selector: str) -> ModelVersion | None:
        """By this plugin."""
        from mlops_ext_mlflow.registry import models

        return models.find(self.context, selector)


def make_context(root: Path, uri: str = "", said: list[str] | None = None, **settings: object) -> Context:
    """A context of a project folder; `uri` is a server's, else the project's own SQLite is used."""
    desk = Desk({"tracking_uri": uri} if uri else {})
    whole = msgspec.convert({"plugins": ["mlflow"], "name": "flights", **settings}, Settings)
    say = (said if said is not None else []).append
    context = Context(
        root=root,
        top=root,
        project="flights",
        settings=whole,
        desk=desk,
        python="python",
        home=root / "home",
        say=say,
        tell=say,
    )
    desk.context = context
    return context
