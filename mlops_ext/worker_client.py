"""Our side of the worker in the project environment: a whole table, or one request after the other."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext.frames import receive, send
from mlops_ext.process import Command, end, project_environment, start_piped, supervise_all

if TYPE_CHECKING:
    import subprocess

# Written last into an environment that we made.
MARKER = ".mlops-ext-complete.json"
WORKER = Path(__file__).with_name("worker.py")
KEPT_LINES = 50
LONGEST_ERROR = 500
Prediction = float | str | None


class ModelError(CouldNotTellError):
    """The model, or the code that loads it, raised; `type` is the name of what it raised."""

    def __init__(self, what: str, *, type: str, hint: str = "") -> None:  # noqa: A002 - the worker's word
        super().__init__(what, hint=hint)
        self.type = type


class WorkerGoneError(CouldNotTellError):
    """The worker's process ended, or sent something that is no answer; a new one has to be started."""


class Ready(msgspec.Struct, frozen=True):
    """What a worker says once its model is loaded: seconds it took, bytes of memory, its Python."""

    seconds: float
    rss: int
    python: str


@dataclass(frozen=True)
class Batch:
    """A whole Arrow IPC file for one model: one column `prediction` comes out."""

    python: Path
    model_dir: Path
    arrow_in: Path
    arrow_out: Path


def predict(python: Path, model_dir: Path, arrow_in: Path, arrow_out: Path, timeout: float | None) -> None:
    """Predict on a whole Arrow IPC file in the project environment; one column `prediction` comes out.

    pyarrow, pandas or MLflow missing there: `SettingsError`. What the model raises: `ModelError`.
    """
    predict_all([Batch(python, model_dir, arrow_in, arrow_out)], timeout)


def predict_all(batches: Sequence[Batch], timeout: float | None) -> None:
    """Several models side by side, each in its own environment; the first that fails is raised."""
    kept: list[deque[str]] = [deque(maxlen=KEPT_LINES) for _ in batches]
    commands = [_command(batch, last) for batch, last in zip(batches, kept, strict=True)]
    for code, last, batch in zip(supervise_all(commands, deadline=timeout), kept, batches, strict=True):
        if code != 0:
            raise _error(code, last, batch.python)


def _command(batch: Batch, last: deque[str]) -> Command:
    paths = {"--model": batch.model_dir, "--data": batch.arrow_in, "--out": batch.arrow_out}
    words = [str(word) for name, path in paths.items() for word in (name, path.absolute())]
    argv = (*_start(batch.python), "predict", *words)
    return Command(argv, batch.model_dir, last.append, _environment(batch.python, os.environ))


class WorkerProcess:
    """One loaded model in a process of the project environment. One caller at a time; others wait.

    The process ends when we close it or die.
    """

    def __init__(self, python: Path, model_dir: Path, env: Mapping[str, str] | None = None) -> None:
        self._command = [*_start(python), "serve", "--model", str(model_dir.absolute())]
        self._env = _environment(python, os.environ if env is None else env)
        self._cwd = model_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._number = 0

    def start(self, timeout: float = 120.0) -> Ready:
        """Start the process and wait until the model is loaded."""
        with self._lock, self._closing_on_failure():
            self._process = start_piped(self._command, cwd=self._cwd, env=self._env)
            said = self._receive(timeout)
            if not said.get("ready"):
                raise _model_error(said, "the model does not load")
            return msgspec.convert(said, Ready)

    def predict(self, columns: Mapping[str, Sequence[Any]], timeout: float = 30.0) -> list[Prediction]:
        """One prediction per row of these columns. After anything but `ModelError` the worker is closed."""
        with self._lock:
            self._number += 1
            with self._closing_on_failure():
                said = self._ask({"id": self._number, "columns": columns}, timeout)
            if "error" in said:
                raise _model_error(said, "the model could not predict")
            return list(said["predictions"])

    @property
    def pid(self) -> int | None:
        """The number of the process while there is one."""
        return None if self._process is None else self._process.pid

    def close(self, grace: float = 5.0) -> None:
        """End the process: its stdin ends, and after the grace it is killed."""
        with self._lock:
            self._close(grace)

    def _ask(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        if self._process is None or self._process.stdin is None:
            raise WorkerGoneError("the worker does not run")
        until = time.monotonic() + timeout
        try:
            send(self._process.stdin, request, timeout)
        except OSError as error:
            raise WorkerGoneError("the worker's process ended") from error
        said = self._receive(until - time.monotonic())
        if said.get("id") != request["id"] or not ("error" in said or "predictions" in said):
            raise WorkerGoneError("the worker sent something that is no answer")
        return said

    def _receive(self, timeout: float) -> dict[str, Any]:
        if self._process is None or self._process.stdout is None:
            raise WorkerGoneError("the worker does not run")
        said = receive(self._process.stdout, timeout)
        if said is None:
            raise WorkerGoneError("the worker's process ended", hint="its last words are in the log")
        return said

    @contextlib.contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        # After a timeout or a broken frame the next answer would belong to the last question.
        try:
            yield
        except BaseException:
            self._close(0.0)
            raise

    def _close(self, grace: float) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process, grace)


def _start(python: Path) -> list[str]:
    """The worker's command. Bytecode never goes into the model's folder, whose digest must stay.

    It is kept in an environment that we made: without it each start compiles pandas again.
    """
    home = python.absolute().parents[1]
    bytecode = ["-X", f"pycache_prefix={home / 'bytecode'}"] if (home / MARKER).is_file() else ["-B"]
    return [str(python), "-I", *bytecode, str(WORKER)]


def _environment(python: Path, base: Mapping[str, str]) -> dict[str, str]:
    # More threads than cores wreck the tail of one-row predictions (p99 294 ms against 0.5 ms).
    return {"OMP_NUM_THREADS": "1", **project_environment(python, base)}


def _error(code: int, lines: Sequence[str], python: Path) -> CouldNotTellError | SettingsError:
    said = next((found for line in reversed(lines) if (found := _told(line))), None)
    if said is None:
        return ModelError("\n  ".join([f"the worker ended with {code}", *list(lines)[-15:]]), type="exit")
    if code == 2:
        return SettingsError(
            f"{python} can't run the model: {said['error']}", hint="install it in the project environment"
        )
    return _model_error(said, "the model could not predict")


def _told(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "error" in said else None


def _model_error(said: Mapping[str, Any], what: str) -> ModelError:
    kind = str(said.get("type", ""))
    return ModelError(f"{what}: {kind}: {said.get('error', '')}"[:LONGEST_ERROR], type=kind)
