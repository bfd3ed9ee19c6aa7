"""A model without libraries: adds its number, and misbehaves at some hours."""

import json
import os
import time
from pathlib import Path
from typing import Any


def load(path: str) -> dict[str, Any]:
    """The model's file."""
    model: dict[str, Any] = json.loads(Path(path).read_text())
    if model.get("no_load"):
        raise ValueError("this model does not load")
    return model


def predict(model: dict[str, Any], frame: Any) -> list[float]:
    """`distance` plus the model's number; an hour of 66 kills the process, 77 raises, 88 takes a while."""
    hours = set(frame["hour"])
    if 66 in hours:
        os._exit(9)
    if 77 in hours:
        raise ValueError("seventy-seven is too late")
    if 88 in hours:
        time.sleep(model.get("sleep", 1.0))
    return list(frame["distance"] + model["add"])
