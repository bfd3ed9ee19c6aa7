"""A real MLflow on SQLite, copied per test from one that is made once, and one real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mlflow_fakes import make_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.context import Context

os.environ.update(MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")


def pytest_configure(config: pytest.Config) -> None:
    """What MLflow's own code warns of, by message."""
    for message in ("The ..noload.. loader strategy is deprecated",):
        config.addinivalue_line("filterwarnings", f"ignore:{message}:DeprecationWarning")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with a fresh database: making one takes seconds, a copy does not."""
    root = tmp_path_factory.mktemp("template")
    from mlops_ext_mlflow.store import home

    home.prepare(f"sqlite:///{root / 'mlflow.db'}", root, lambda message: None)
    return root


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No MLflow variable of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith("MLFLOW_") and name not in {"MLFLOW_DISABLE_TELEMETRY"}:
            monkeypatch.delenv(name)


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A project whose store is its own SQLite file."""
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(template / "mlflow.db", root / "mlflow.db")
    return root


@pytest.fixture
def context(project: Path) -> Context:
    """A context of that project."""
    return make_context(project)


@pytest.fixture(scope="session")
def server(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a real tracking server over HTTP."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(template / "mlflow.db", folder / "mlflow.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "-w", "1"]
    command += [
        "--backend-store-uri",
        f"sqlite:///{folder / 'mlflow.db'}",
        "--artifacts-destination",
        str(folder / "files"),
    ]
    quiet = {
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **quiet}, start_new_session=True
        )
        try:
            _wait(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, 15)
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
