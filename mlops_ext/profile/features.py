"""Which of a profile's columns the model reads: those are the ones a live window must bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.profile.kinds import CATEGORY, ID, NUMBER, TIME

if TYPE_CHECKING:
    from mlops_ext.contract.profile import ColumnProfile, Profile


def features_of(profile: Profile) -> tuple[ColumnProfile, ...]:
    """The declared features; without any, all columns but label, id, times and predictions."""
    roles = profile.roles
    if roles.features:
        return tuple(column for column in profile.columns if column.name in roles.features)
    others = {roles.label, roles.id, roles.time, roles.prediction, roles.version}
    return tuple(
        column for column in profile.columns if column.name not in others and column.kind not in (ID, TIME)
    )


def counted_features(profile: Profile) -> tuple[ColumnProfile, ...]:
    """The features whose values are counted: numbers and categories."""
    return tuple(column for column in features_of(profile) if column.kind in (NUMBER, CATEGORY))
