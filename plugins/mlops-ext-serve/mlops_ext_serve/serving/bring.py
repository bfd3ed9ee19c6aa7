"""Bring a version into service: its bytes, its environment, a warm process, an engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.model import environment
from mlops_ext_serve.model.requests import Reader
from mlops_ext_serve.model.runner import Runner
from mlops_ext_serve.model.signature import read_signature
from mlops_ext_serve.model.warm import warm_up
from mlops_ext_serve.place import Place
from mlops_ext_serve.predictions.log import PredictionLog
from mlops_ext_serve.serving.engine import Engine, Facts
from mlops_ext_serve.serving.keep import keep
from mlops_ext_serve.settings import ServeSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext_serve.model.signature import Feature


@dataclass(frozen=True)
class Bringer:
    """Makes engines that log into one log."""

    context: Context
    place: Place
    log: PredictionLog
    settings: ServeSettings
    metrics: Metrics
    say: Callable[[str], None]

    def bring(self, version: ModelVersion, facts: Facts) -> Engine:
        """An engine that is ready to answer; nothing is left behind when it can't be made."""
        kept = keep(self.context, version, self.place)
        features = read_signature(kept.model)
        reader = reader_for(self.context, version.model, features, self.settings)
        python = environment.python_here(kept.lock, version, self.place.environments)
        runner = Runner(python, kept.model, self.settings, self.metrics)
        runner.start()
        try:
            warm_up(runner, reader, kept.model)
        except BaseException:
            runner.close()
            raise
        self.log.know(version.version, version.digest, features)
        return Engine(facts, reader, runner, self.log, self.settings, self.metrics, self.say)


def reader_for(context: Context, model: str, features: Sequence[Feature], settings: ServeSettings) -> Reader:
    """The reader of requests for a model, with the id and time columns that the settings name."""
    found = context.settings.models.get(model)
    if found is None:
        raise CouldNotTellError(f"the settings have no model {model}", hint="add [models.<name>]")
    table = context.settings.data.get(found.data)
    return Reader(
        features,
        id_column=table.columns.id if table else "",
        time_column=table.time if table else "",
        rows=settings.rows,
    )
