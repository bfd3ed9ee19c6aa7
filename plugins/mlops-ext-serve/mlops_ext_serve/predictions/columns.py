"""The columns of an exported window: what the model was given, what it said, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.model.signature import Feature

if TYPE_CHECKING:
    import pyarrow

    from mlops_ext_serve.predictions.history import Logged


@dataclass(frozen=True)
class Window:
    """How rows of the log become a table; `id` and `time` are the names that the settings give them."""

    features: tuple[Feature, ...]
    id: str = ""
    time: str = ""

    def table(self, rows: Sequence[Logged]) -> pyarrow.Table:
        """One row per logged one; a value that does not fit the newest signature is an error."""
        import pyarrow

        names = names_of(self)
        given = [msgspec.json.decode(row.features, type=dict[str, Any]) for row in rows]
        columns: dict[str, Any] = {names.id: pyarrow.array([row.id for row in rows], pyarrow.string())}
        columns[names.time] = _times([row.time for row in rows])
        try:
            for feature in self.features:
                columns[feature.name] = _values([values.get(feature.name) for values in given], feature)
        except (pyarrow.ArrowException, ValueError) as error:
            raise CouldNotTellError(
                f"the log's column {feature.name} is not of type {feature.type}: {error}"
            ) from error
        predictions = [row.prediction for row in rows]
        words = any(isinstance(value, str) for value in predictions)
        columns[names.prediction] = pyarrow.array(
            predictions, pyarrow.string() if words else pyarrow.float64()
        )
        columns[names.version] = pyarrow.array([row.version for row in rows], pyarrow.int64())
        columns[names.request] = pyarrow.array([row.request_id for row in rows], pyarrow.string())
        columns[names.at] = _times([row.at for row in rows])
        return pyarrow.table(columns)


class Names(NamedTuple):
    """The names of the columns that are not the model's."""

    id: str
    time: str
    prediction: str
    version: str
    request: str
    at: str


def names_of(window: Window) -> Names:
    """The settings' names for id and time, and our own, none of which hides a column of the model."""
    features = {feature.name for feature in window.features}
    taken = features | {window.id, window.time}

    def free(name: str) -> str:
        while name in taken:
            name += "_"
        return name

    fixed = (free(name) for name in ("prediction", "version", "request_id", "at"))
    return Names(window.id or free("id"), window.time or free("time"), *fixed)


def _values(values: list[Any], feature: Feature) -> Any:
    import pyarrow

    kinds = {
        "double": pyarrow.float64(),
        "float": pyarrow.float32(),
        "long": pyarrow.int64(),
        "integer": pyarrow.int32(),
        "boolean": pyarrow.bool_(),
        "string": pyarrow.string(),
    }
    return _times(values) if feature.type == "datetime" else pyarrow.array(values, kinds[feature.type])


def _times(values: Sequence[str | None]) -> Any:
    """Naive times stay naive, as the reference has them; one with an offset makes the column UTC."""
    import pyarrow

    times = [None if value is None else dt.datetime.fromisoformat(value) for value in values]
    found = [time for time in times if time is not None]
    if found and all(time.tzinfo is None for time in found):
        return pyarrow.array(times, pyarrow.timestamp("us"))
    aware = [time if time is None or time.tzinfo else time.replace(tzinfo=dt.UTC) for time in times]
    return pyarrow.array(aware, pyarrow.timestamp("us", tz="UTC"))
