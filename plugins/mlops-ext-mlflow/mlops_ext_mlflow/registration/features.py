"""The columns that a model reads, from the profile of its training data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

    from mlops_ext.contract.profile import Profile

# Integers are doubles: the first missing value in production must not be an error of type.
TYPES = {
    "boolean": "boolean",
    "integer": "double",
    "float": "double",
    "decimal": "double",
    "date": "datetime",
    "timestamp": "datetime",
    "timestamp-utc": "datetime",
}


class Feature(NamedTuple):
    """A column with MLflow's word for its type."""

    name: str
    type: str
    required: bool


def of(profile: Profile | None) -> list[Feature]:
    """The features in the order of the training table's roles; none without a profile."""
    if profile is None:
        return []
    roles = profile.roles
    taken = {roles.label, roles.id, roles.time, roles.prediction, roles.version}
    known = {column.name: column for column in profile.columns}
    names = roles.features or [name for name in known if name not in taken]
    return [
        Feature(name, TYPES.get(known[name].type, "string"), not known[name].nulls)
        for name in names
        if name in known
    ]


def signature(features: list[Feature], output: str) -> ModelSignature | None:
    """MLflow's form of it; None without features."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    if not features:
        return None
    inputs = Schema([ColSpec(one.type, one.name, required=one.required) for one in features])
    return ModelSignature(inputs=inputs, outputs=Schema([ColSpec("double")]) if output != "label" else None)
