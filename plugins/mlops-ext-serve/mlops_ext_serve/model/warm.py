"""Warm a model up before it answers: the first prediction of many models is the slowest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext.errors import MlopsExtError
from mlops_ext_serve.model.refusals import Refusal

if TYPE_CHECKING:
    from mlops_ext_serve.model.requests import Reader
    from mlops_ext_serve.model.runner import Runner

EXAMPLE = "input_example.json"
ROUNDS = 3
_ANY: dict[str, Any] = {
    "double": 0.0,
    "float": 0.0,
    "long": 0,
    "integer": 0,
    "boolean": False,
    "string": "",
    "datetime": "2000-01-01T00:00:00",
}


def warm_up(runner: Runner, reader: Reader, folder: Path) -> None:
    """Predict the example stored with the model, which must work, else a made-up row, which may not."""
    columns = _example(reader, folder / EXAMPLE)
    if columns is not None:
        for _ in range(ROUNDS):
            runner.predict(columns)
        return
    try:
        runner.predict({feature.name: [_ANY[feature.type]] for feature in reader.features})
    except MlopsExtError:
        return  # a made-up row may be one that this model rightly does not take


def _example(reader: Reader, file: Path) -> dict[str, list[Any]] | None:
    """The example as columns; None where there is none, or none that a request could carry."""
    try:
        example = msgspec.json.decode(file.read_bytes())
        form = "records" if isinstance(example, list) else "dataframe_split"
        return reader.read(msgspec.json.encode({form: example})).columns
    except (OSError, msgspec.MsgspecError, Refusal):
        return None
