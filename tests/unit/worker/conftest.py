"""Model folders as the plugins write them, run by the interpreter that runs the tests."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mlops_ext

FEATURES = [{"name": "dep_hour", "type": "double"}, {"name": "carrier", "type": "string"}]
Make = Callable[..., Path]

OWN_ADAPTER = """
import os, sys, time
from own_code import FACTOR

def load(path):
    print("loading prints")
    return float(open(path).read())

def predict(model, frame):
    print("predicting prints")
    os.write(1, b"and so does C code")
    word = frame["carrier"].iloc[0]
    if word == "raise":
        raise RuntimeError("no such carrier")
    if word == "exit":
        sys.exit("out")
    if word == "sleep":
        time.sleep(600)
    if word == "die":
        os._exit(9)
    if word == "stdin":
        assert sys.stdin.read() == ""
    if word == "words":
        return ["late"] * len(frame)
    return frame["dep_hour"] * model * FACTOR
"""


@pytest.fixture
def python() -> Path:
    """The project environment of these tests."""
    return Path(sys.executable)


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """A model with a class and an adapter of the team's own, which imports its own code."""
    folder = tmp_path / "own"
    (folder / "artifacts").mkdir(parents=True)
    (folder / "code" / "src").mkdir(parents=True)
    (folder / "artifacts" / "model.txt").write_text("2")
    (folder / "code" / "src" / "own_code.py").write_text("FACTOR = 10.0\n")
    (folder / "adapter.py").write_text(OWN_ADAPTER)
    write_settings(folder, file="artifacts/model.txt", features=FEATURES)
    return folder


@pytest.fixture
def make_model(tmp_path: Path) -> Make:
    """A folder for a model object with the adapter that we ship."""

    def make(save: Callable[[Path], object], name: str, features: list[dict[str, str]], **more: Any) -> Path:
        folder = tmp_path / name.replace(".", "-")
        (folder / "artifacts").mkdir(parents=True)
        save(folder / "artifacts" / name)
        shutil.copy(Path(mlops_ext.__file__).with_name("adapter.py"), folder / "adapter.py")
        write_settings(folder, file=f"artifacts/{name}", features=features, **more)
        return folder

    return make


def write_settings(folder: Path, **settings: Any) -> None:
    """The file that tells the worker what is where."""
    whole = {"adapter": "adapter.py", "path": ["code", "code/src"], **settings}
    (folder / "mlops-ext-model.json").write_text(json.dumps(whole))
