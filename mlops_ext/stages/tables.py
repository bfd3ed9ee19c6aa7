"""The tables of a project: found, looked at by the host, and checked by plugins."""

from __future__ import annotations

from collections.abc import Iterable

from mlops_ext.contract.checks import SKIPPED, Check, Report
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.settings import DataSettings
from mlops_ext.data.schema_check import check_table
from mlops_ext.dispatch import fault_report, guard
from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext.session import Session


def resolve(session: Session, name: str, revision: str = "workspace") -> DataRef:
    """A table of the settings at a revision; what nobody tracks is the file at its path."""
    found: DataRef | None = session.dispatcher.ask_owner(
        "mlops_resolve_data", context=session.context, name=name, revision=revision
    )
    if found is None and revision == "workspace" and name in session.settings.data:
        found = _file(session, name)
    if found is None:
        raise CouldNotTellError(f"table `{name}` was not found at {revision}", hint="mlops-ext doctor")
    return found


def roles(settings: DataSettings) -> ColumnRoles:
    """The column roles that the settings give a table."""
    own = settings.columns
    return ColumnRoles(
        label=own.label, id=own.id, time=settings.time, features=own.features, categories=own.categories
    )


def validate(session: Session, name: str, data: DataRef) -> list[Report]:
    """What the host and all plugins say of a table. A table that can't be read is asked of nobody else."""
    question = f"data:{name}"
    settings = session.settings.data.get(name)
    if settings is not None and settings.suite:
        session.dispatcher.prepare("mlops_validate_data")
    mine = guard("schema", question, lambda: [check_table(session.context, data, draw=session.recorded)])
    if any(report.fault for report in mine) or _unreadable(mine):
        return mine
    return mine + session.dispatcher.reports(
        "mlops_validate_data", question, context=session.context, data=data
    )


def validate_all(session: Session, names: Iterable[str]) -> list[Report]:
    """All tables; one that nobody asked for and that is not here is skipped."""
    reports: list[Report] = []
    for name in names:
        settings = session.settings.data[name]
        path = session.context.root / settings.path
        if not path.exists() and (settings.missing == "skip" or not asks(settings)):
            why = "`missing` lets it be absent" if asks(settings) else "no suite or schema asks for it"
            message = f"{session.context.relative(path)} is not here, and {why}"
            check = Check(name=f"{name} is checked", status=SKIPPED, message=message)
            reports.append(Report(question=f"data:{name}", plugin="schema", checks=(check,)))
            continue
        session.context.say(f"checking table {name}")
        reports += _validate_named(session, name)
    return reports


def asks(settings: DataSettings) -> bool:
    """Whether the settings ask something of the table's content."""
    return bool(settings.suite or settings.checkpoint or settings.schema)


def _validate_named(session: Session, name: str) -> list[Report]:
    if session.registry.with_role("engine") is None and not _is_asked(session, name):
        why = "no suite or schema asks for it, and no plugin in `plugins` opens tables"
        check = Check(name=f"{name} is checked", status=SKIPPED, message=why, hint='add "ibis" to `plugins`')
        return [Report(question=f"data:{name}", plugin="schema", checks=(check,))]
    try:
        data = resolve(session, name)
    except MlopsExtError as error:
        return [fault_report("schema", f"data:{name}", error)]
    return validate(session, name, data)


def _is_asked(session: Session, name: str) -> bool:
    """A named plugin that is broken might be the one that opens it: nothing is skipped for that."""
    return asks(session.settings.data[name]) or bool(session.registry.broken)


def _unreadable(reports: list[Report]) -> bool:
    return any(check.strict and check.status == "error" for report in reports for check in report.checks)


def _file(session: Session, name: str) -> DataRef | None:
    settings = session.settings.data[name]
    path = session.context.root / settings.path
    if not path.exists():
        raise CouldNotTellError(
            f"no data: {session.context.relative(path)} is not here",
            where=f"data.{name}.path",
            hint="dvc pull brings tracked data",
        )
    digest = f"sha256:{session.digests.digest(path)}"
    return DataRef(name=name, uri=str(path), format=settings.format, digest=digest, columns=roles(settings))
