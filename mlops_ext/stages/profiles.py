"""The profile of the data that a run trained on, kept with the version it made."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.pipeline import Run
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.records import StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import SettingsError
from mlops_ext.profile.build import build_profile
from mlops_ext.profile.judged import with_quality
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


def profile_of(session: Session, version: ModelVersion) -> Profile:
    """The profile that is kept with a version, with what its gate measured where it passed one."""
    path = session.context.fetch(Ref(kind="profile", name=version.name))
    kept = msgspec.json.decode(path.read_bytes(), type=Profile)
    # The number is given by the registry, after the profile was made.
    profile = msgspec.structs.replace(kept, version=version.version)
    gate = version.promotion.gate if version.promotion else ""
    stored = session.context.find_record(gate) if gate else None
    reports = stored.record.reports if stored and _judged(stored.record, version) else ()
    quality = next((report for report in reports if report.question == "quality"), None)
    return with_quality(profile, quality) if quality else profile


def _judged(record: StageRecord, version: ModelVersion) -> bool:
    """Whether the record judged this version as the candidate: its figures are the candidate's."""
    named = next((ref for ref in record.inputs if ref.kind == "model-version"), None)
    return named is not None and named.name == version.name
