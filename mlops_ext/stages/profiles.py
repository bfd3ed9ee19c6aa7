"""The profile of the data that a run trained on, kept with the version it made."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.pipeline import Run
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import SettingsError
from mlops_ext.profile.build import build_profile
from mlops_ext.session import Session
from mlops_ext.settings.duration import duration
from mlops_ext.stages import tables


def build_profile_of(session: Session, model: str, run: Run) -> Profile | None:
    """Counts of the training table of a run; None where the settings name no table for the model."""
    own = session.settings.models[model]
    name = own.train or own.data
    if not name:
        return None
    data = next((data for data in run.data if data.name == name), None)
    if data is None:
        raise SettingsError(
            f"the run left no table `{name}`", key=f"models.{model}.{'train' if own.train else 'data'}",
            hint="its path has to be a dependency or an output in dvc.yaml",
        )  # fmt: skip
    session.context.say(f"counting the reference {name}")
    window: timedelta = duration(own.monitor.window, f"models.{model}.monitor.window")
    roles = roles_of(session, name, data)
    profile = build_profile(
        session.context.open(data),
        roles,
        model,
        window=window,
        minimum_rows=own.monitor.minimum_rows,
        digest=data.digest,
    )
    return msgspec.structs.replace(profile, quality=run.metrics)


def roles_of(session: Session, name: str, data: DataRef) -> ColumnRoles:
    """The table's column roles; without named features all columns that have no other role."""
    own = session.settings.data[name].columns
    roles = tables.roles(session.settings.data[name])
    taken = {roles.label, roles.id, roles.time, *own.ignore}
    names = tuple(column.name for column in session.context.open(data).schema if column.name not in taken)
    return msgspec.structs.replace(roles, features=roles.features or names)


def profile_of(session: Session, model_version: str) -> Profile:
    """The profile that is kept with a version."""
    path = session.context.fetch(Ref(kind="profile", name=model_version))
    return msgspec.json.decode(path.read_bytes(), type=Profile)
