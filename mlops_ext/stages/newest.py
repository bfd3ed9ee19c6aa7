"""The newest bytes at the sources of a model's tables, looked at before anything is trained on them."""

from __future__ import annotations

from functools import partial

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import Column, DataRef
from mlops_ext.contract.refs import Ref
from mlops_ext.data.difference import difference
from mlops_ext.dispatch import guard
from mlops_ext.errors import MlopsExtError
from mlops_ext.session import Session
from mlops_ext.stages import tables


def find(session: Session, model: str) -> tuple[DataRef, ...]:
    """The newest bytes of every table of the model that names a source."""
    return tuple(tables.resolve(session, f"newest:{name}", "newest") for name in _names(session, model))


def known(session: Session, inputs: tuple[Ref, ...]) -> tuple[DataRef, ...]:
    """The tables that a killed call had chosen, by their digests."""
    return tuple(
        DataRef(
            name=ref.name,
            uri=str(session.context.fetch(ref)),
            format=session.settings.data[ref.name].format,
            digest=ref.digest,
            columns=tables.roles(session.settings.data[ref.name]),
        )
        for ref in inputs
        if ref.kind == "data" and ref.name in session.settings.data
    )


def validate(session: Session, model: str, found: tuple[DataRef, ...]) -> list[Report]:
    """Schema against the data of the newest version, then the host's and all plugins' checks."""
    reports: list[Report] = []
    for data in found:
        session.context.say(f"checking the newest {data.name}")
        own = tables.validate(session, data.name, data)
        reports += own
        if not any(report.fault for report in own):
            reports += guard("schema", "schema", partial(_against_last, session, model, data))
    return reports


def _against_last(session: Session, model: str, data: DataRef) -> list[Report]:
    before = _last_schema(session, model, data.name)
    if before is None:
        return []
    return [Report(question="schema", checks=tuple(difference(before, session.context.open(data).schema)))]


def _last_schema(session: Session, model: str, name: str) -> tuple[Column, ...] | None:
    """The columns that the newest version was trained on; without one, those of the table here."""
    if session.registry.with_role("registry"):
        version = session.context.find_model(model)
        for ref in version.data if version else ():
            if ref.name == name:
                path = session.context.fetch(ref)
                return session.context.open(
                    DataRef(name=name, uri=str(path), format=session.settings.data[name].format)
                ).schema
    try:
        return session.context.open(tables.resolve(session, name)).schema
    except MlopsExtError:
        return None


def _names(session: Session, model: str) -> list[str]:
    own = session.settings.models[model]
    data = session.settings.data
    mine = [name for name in data if data[name].source and name != own.labels]
    return [own.data] + [name for name in mine if name != own.data] if own.data in mine else mine
