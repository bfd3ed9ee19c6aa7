"""A model's process that is started again when it ends: one bad request never ends the service."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlops_ext.errors import CouldNotTellError
from mlops_ext.worker_client import Prediction, Ready, WorkerGoneError, WorkerProcess
from mlops_ext_serve.metrics import Metrics
from mlops_ext_serve.settings import ServeSettings

PAUSE = 1.0


class Runner:
    """One model version in its process. For one thread at a time."""

    def __init__(self, python: Path, folder: Path, settings: ServeSettings, metrics: Metrics) -> None:
        self._worker = WorkerProcess(python, folder)
        self._settings = settings
        self._metrics = metrics
        self._not_before = 0.0

    def start(self) -> Ready:
        """Start the process and wait until the model is loaded."""
        return self._worker.start(self._settings.load_seconds)

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> list[Prediction]:
        """One prediction per row; a process that ended before is started again first."""
        if self._worker.pid is None:
            self._start_again()
        rows = len(next(iter(columns.values())))
        predictions = self._worker.predict(columns, self._settings.predict_seconds)
        if len(predictions) != rows:
            raise CouldNotTellError(f"the model gave {len(predictions)} predictions for {rows} rows")
        return predictions

    @property
    def pid(self) -> int | None:
        """The process of the model."""
        return self._worker.pid

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _start_again(self) -> None:
        # Loading takes seconds: while it keeps failing, requests are told so at once.
        if time.monotonic() < self._not_before:
            raise WorkerGoneError("the model's process ended and does not start again")
        self._metrics.add("mlops_worker_restarts_total")
        try:
            self.start()
        except CouldNotTellError:
            self._not_before = time.monotonic() + PAUSE
            raise
