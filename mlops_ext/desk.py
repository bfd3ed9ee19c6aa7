"""The host's side of a context: whatever a plugin needs from others comes by here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from mlops_ext.contract.data import DataRef, Table
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import Maker, Run, RunPlan, Tracker
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.data.declared import with_declared
from mlops_ext.dispatch import Dispatcher
from mlops_ext.errors import CouldNotTellError
from mlops_ext.settings.find import SettingsFile
from mlops_ext.settings.load import own_settings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.records.book import Book

Own = TypeVar("Own", bound=msgspec.Struct)


class HostDesk:
    """Implements `Desk`. `context` and `book` are set once both exist."""

    context: Context
    book: Book

    def __init__(self, dispatcher: Dispatcher, file: SettingsFile) -> None:
        self.dispatcher = dispatcher
        self.file = file

    def open(self, data: DataRef) -> Table:
        """The table behind a reference, by the engine; with the types that its schema declares."""
        data = with_declared(self.context, data)
        table: Table | None = self.dispatcher.ask_role("mlops_open_table", context=self.context, data=data)
        if table is None:
            raise self.dispatcher.registry.lacks(f"can open table `{data.name}`", "ibis")
        for other in data.joined:
            more = DataRef(name=other.name, uri=other.uri, format=other.format, digest=other.digest)
            table = table.join(self.open(more), on=other.on, columns=other.columns)
        return table

    def fetch(self, ref: Ref) -> Path:
        """A local path with the bytes of a digest."""
        path: Path | None = self.dispatcher.ask_owner("mlops_fetch_data", context=self.context, data=ref)
        if path is None:
            raise CouldNotTellError(
                f"nobody could bring the {ref.kind} `{ref.name}`",
                where=ref.digest or ref.uri,
                hint="mlops-ext doctor looks at the stores",
            )
        return path

    def track(self, plan: RunPlan) -> Tracker:
        """The team's tracker, or one that writes nothing where no plugin tracks."""
        tracker: Tracker | None = self.dispatcher.ask_role(
            "mlops_open_tracker", context=self.context, plan=plan
        )
        return tracker or NoTracker()

    def find_model(self, selector: str) -> ModelVersion | None:
        """A model version, by the registry."""
        if self.dispatcher.registry.with_role("registry") is None:
            raise self.dispatcher.registry.lacks("is a model registry", "mlflow")
        found: ModelVersion | None = self.dispatcher.ask_role(
            "mlops_find_model", context=self.context, selector=selector
        )
        return found

    def find_record(self, digest: str) -> StoredRecord | None:
        """A record by its digest, from the index or the store."""
        return self.book.get(digest)

    def own(self, name: str, kind: type[Own]) -> Own:
        """A plugin's own settings."""
        return own_settings(self.file, name, kind)


class NoTracker:
    """Follows nothing: the record is all that is left of the run."""

    run_id = ""

    def variables(self, step: str) -> Mapping[str, str]:
        """Nothing is set."""
        return {}

    def maker(self, outs: tuple[Ref, ...], environment: str) -> Maker | None:
        """Nobody remembers."""
        return None

    def finish(self, run: Run) -> Run:
        """The run as it is."""
        return run
