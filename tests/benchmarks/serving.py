"""(d) One-row requests to the service, against `mlflow models serve` of the same model folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from figures import Figures
from scene import BIN, TABLE, WEEK, Scene

from traffic import Answers, bodies, send, week

SECONDS = 3.0
WARM = 3.0
ROUNDS = 2
PATIENCE = 120.0


def measure(scene: Scene, figures: Figures) -> None:
    # Of another week than the one that monitor looks at in (b).
    requests = bodies(week(TABLE, WEEK, 500))
    ours = address(scene)
    with mlflow_serving(scene, model_folder(scene)) as theirs:
        for place in (ours, theirs):
            send(place, requests, 1, WARM)
        for connections in (1, 16):
            found: dict[str, list[Answers]] = {ours: [], theirs: []}
            for number in range(ROUNDS):
                for place in (ours, theirs) if number % 2 == 0 else (theirs, ours):
                    found[place].append(send(place, requests, connections, SECONDS))
            names = (("mlops-ext's service", ours), ("mlflow models serve", theirs))
            for name, place in names:
                figures.requests(name, connections, _together(found[place]))


def fill_window(scene: Scene, flights: pd.DataFrame) -> None:
    """Flights are asked about, so that monitor has a window."""
    place = address(scene)
    for body in bodies(flights):
        ask = urllib.request.Request(f"{place}/invocations", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(ask, timeout=30) as answer:
            answer.read()


def address(scene: Scene) -> str:
    targets = json.loads(scene.answer("status", "--format", "json"))["targets"]
    return next(str(place["where"]) for place in targets if place["what"].startswith("service"))


def model_folder(scene: Scene) -> Path:
    """The folder that was registered, as MLflow keeps it."""
    found = (scene.repository / "mlartifacts").glob("**/artifacts/MLmodel")
    return max(found, key=lambda path: path.stat().st_mtime).parent


@contextmanager
def mlflow_serving(scene: Scene, folder: Path) -> Iterator[str]:
    """`mlflow models serve` with one worker in the tool environment, on loopback; ended with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(BIN / "mlflow"), "models", "serve", "-m", str(folder), "--env-manager", "local"]
    command += ["-h", "127.0.0.1", "-p", str(port), "-w", "1"]
    with (scene.folder / "mlflow-serve.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=scene.folder, env=scene.env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        place = f"http://127.0.0.1:{port}"
        _wait(place, server)
        yield place
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _wait(place: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{place}/ping", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("mlflow models serve did not come up: see mlflow-serve.log")


def _together(answers: list[Answers]) -> Answers:
    times = tuple(value for one in answers for value in one.times)
    rate = sum(one.rate for one in answers) / len(answers)
    return Answers(times, rate, sum(one.failed for one in answers))
