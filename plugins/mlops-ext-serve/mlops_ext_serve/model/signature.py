"""Which columns a model takes, read from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.errors import RefusedError

MODEL_FILE = "mlops-ext-model.json"
FLOATS = ("double", "float")
MAY_BE_NULL = (*FLOATS, "string", "datetime")
TYPES = (*MAY_BE_NULL, "long", "integer", "boolean")


class Feature(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column: `type` is a word of MLflow's signatures; one that is not required may be left out."""

    name: str
    type: str
    required: bool = True

    @property
    def nullable(self) -> bool:
        """A float always has a null (NaN); words and times have one where the column is not required."""
        return self.type in FLOATS or (not self.required and self.type in MAY_BE_NULL)


class _ModelFile(msgspec.Struct, frozen=True):
    features: tuple[Feature, ...] = ()


def read_signature(folder: Path) -> tuple[Feature, ...]:
    """The columns that a model takes, in its order; a model that does not say is refused."""
    logged = _from_mlflow(folder / "MLmodel")
    own = folder / MODEL_FILE
    features = msgspec.json.decode(own.read_bytes(), type=_ModelFile).features if own.is_file() else ()
    optional = {feature.name for feature in logged if not feature.required}
    features = (
        tuple(Feature(f.name, f.type, f.required and f.name not in optional) for f in features) or logged
    )
    for feature in features:
        if feature.type not in TYPES:
            raise RefusedError(
                f"column {feature.name} of the model is of a type that is not served: {feature.type}",
                hint=f"it takes {', '.join(TYPES)}",
            )
    if not features:
        raise RefusedError(
            "the model does not say which columns it takes",
            where=folder.name,
            hint="log it with a signature, or let the pipeline declare its features",
        )
    return features


def _from_mlflow(file: Path) -> tuple[Feature, ...]:
    if not file.is_file():
        return ()
    described: dict[str, Any] = msgspec.yaml.decode(file.read_bytes(), type=dict[str, Any])
    inputs = (described.get("signature") or {}).get("inputs")
    columns = msgspec.json.decode(inputs) if isinstance(inputs, str) else []
    if any("name" not in column for column in columns):
        raise RefusedError(
            "the model takes a tensor or columns without names, which the service does not take",
            hint="log it with a signature whose columns have names",
        )
    return tuple(Feature(c["name"], str(c["type"]), bool(c.get("required", True))) for c in columns)
