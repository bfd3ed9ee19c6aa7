"""The simplest answer: the same for every row, learnt from the training labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import MlopsExtError

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext_mlflow.statistics.metrics import Array

YES = ("1", "1.0", "true", "True")


def constant_answer(
    context: Context, version: ModelVersion, label: str, output: str, truth: Array
) -> tuple[Array, str]:
    """The constant as a prediction for each row, and what it is.

    Where the training share is not known, the test rows' own best constant stands in: harder to beat.
    """
    import numpy as np

    share = _training_share(context, version, label) if output == "probability" else None
    if share is not None:
        return np.full(len(truth), share), f"the training share {share:.4f}"
    if output == "label":
        kinds, counts = np.unique(truth, return_counts=True)
        return np.full(len(truth), kinds[counts.argmax()], dtype=truth.dtype), "the most frequent label"
    return np.full(len(truth), truth.mean()), f"the test rows' own mean {truth.mean():.4f}"


def _training_share(context: Context, version: ModelVersion, label: str) -> float | None:
    try:
        profile = msgspec.json.decode(
            context.fetch(Ref(kind="profile", name=version.name)).read_bytes(), type=Profile
        )
    except (MlopsExtError, OSError, msgspec.MsgspecError):
        return None
    column = next((column for column in profile.columns if column.name == label), None)
    return None if column is None else positive_share(column)


def positive_share(column: ColumnProfile) -> float | None:
    """The share of ones in a label's counts, where they can be told from them."""
    total = sum(column.counts) + column.other
    if total == 0 or column.kind != "category":
        return None
    positive = sum(count for word, count in zip(column.categories, column.counts, strict=True) if word in YES)
    return positive / total
