"""The host's own look at a table of the settings, before any tool sees it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.checks import FAIL, PASS, SCHEMA, VALUES, Check, Report
from mlops_ext.contract.settings import DataSettings
from mlops_ext.data.declared import read_schema
from mlops_ext.data.examples import examples
from mlops_ext.data.portrait import portrait
from mlops_ext.data.values import Looked, check_values, count
from mlops_ext.profile.kinds import CATEGORY, aligned
from mlops_ext.words import nearest

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import Column, DataRef, Table
    from mlops_ext.data.declared import DeclaredColumn, DeclaredSchema

NO_TIMES = ("string", "boolean", "binary")


def check_table(context: Context, data: DataRef, *, draw: bool = True) -> Report:
    """Answer `data:<name>`: names, rows, the columns that roles name, and the declared schema.

    With a column name that is there twice nothing else is looked at: nobody could say which one was meant.
    `draw` counts what a picture of the table needs.
    """
    settings = context.settings.data.get(data.name, DataSettings(path=data.uri))
    table = context.open(data)
    looked_at = f"{table.rows:,} rows, {len(table.schema)} columns of {data.name}"
    checks, seen = _duplicates(table.schema), None
    if not checks:
        checks = [_rows(table.rows, settings.minimum_rows), *_roles(settings, data, table.schema)]
        if settings.schema:
            path = context.root / settings.schema
            schema = read_schema(path, context.relative(path))
            checks += check_declared(table, schema, hidden(settings, data))
        seen = portrait(table, data.name, data.columns) if draw and settings.show_values else None
    return Report(question=f"data:{data.name}", checks=tuple(checks), looked_at=looked_at, table=seen)


def check_declared(table: Table, schema: DeclaredSchema, hidden: Container[str] = ()) -> list[Check]:
    """The columns of a declared schema against a table; values of `hidden` columns are never shown."""
    there = {column.name: column for column in table.schema}
    found: list[Check] = []
    columns = {name: _column(name, there, declared) for name, declared in schema.columns.items()}
    looked = {
        name: Looked(
            table=table,
            name=name,
            type=there[name].type if name in there else "null",
            declared=declared,
            shown=name not in hidden,
        )
        for name, declared in schema.columns.items()
    }
    fit = [one for name, one in looked.items() if columns[name].status == PASS and one.type != "null"]
    answers = count(table, fit)
    for name, column in columns.items():
        found.append(_with_examples(column, looked[name]))
        found += check_values(looked[name], answers[name]) if name in answers else ()
    if not schema.extra:
        found += [_extra(name) for name in there if name not in schema.columns]
    return found


def hidden(settings: DataSettings, data: DataRef) -> Container[str]:
    """Columns whose values stay out of output and records: the id, or all of a private table."""
    return Everything() if not settings.show_values else {settings.columns.id or data.columns.id}


class Everything:
    """Holds every name."""

    def __contains__(self, name: object) -> bool:
        return True


def _duplicates(schema: Sequence[Column]) -> list[Check]:
    places: dict[str, list[int]] = {}
    for place, column in enumerate(schema, start=1):
        places.setdefault(column.name, []).append(place)
    return [
        Check(
            name=f"column:{name}",
            status=FAIL,
            column=name,
            count=len(found),
            message=f"the name is there {len(found)} times, as columns {', '.join(map(str, found))}",
            hint="give each column a name of its own where the table is made",
            about=SCHEMA,
        )
        for name, found in places.items()
        if len(found) > 1
    ]


def _rows(rows: int, minimum: int) -> Check:
    needed = max(1, minimum)
    status = PASS if rows >= needed else FAIL
    said = f"{rows:,} rows, at least {needed:,} needed"
    return Check(
        name="minimum-rows", status=status, rows=rows, value=rows, limit=needed, message=said, about=VALUES
    )


def _roles(settings: DataSettings, data: DataRef, schema: Sequence[Column]) -> list[Check]:
    """A check for each column that the settings name; a column may have several roles."""
    columns = settings.columns
    roles = [
        ("label", (columns.label or data.columns.label,)),
        ("id", (columns.id or data.columns.id,)),
        ("time", (settings.time or data.columns.time,)),
        ("category", columns.categories),
        ("feature", columns.features),
    ]
    there = {column.name: column.type for column in schema}
    named: dict[str, list[str]] = {}
    for role, names in roles:
        for name in filter(None, names):
            named.setdefault(name, []).append(role)
    return [_role(name, " and ".join(roles), there) for name, roles in named.items()]


def _role(name: str, role: str, there: dict[str, str]) -> Check:
    say = partial(Check, name=f"role:{name}", column=name, about=SCHEMA)
    if name not in there:
        return say(status=FAIL, message=f"the {role} column is missing", hint=nearest(name, there))
    if "time" in role and there[name] in NO_TIMES:
        said = f"the {role} column is {there[name]}: no window can be cut by it, and `01/03` has two meanings"
        return say(status=FAIL, message=said, value=there[name], hint="write it as dates or timestamps")
    return say(status=PASS, message=role)


def _column(name: str, there: dict[str, Column], declared: DeclaredColumn) -> Check:
    base = Check(
        name=f"column:{name}",
        status=FAIL,
        column=name,
        severity=declared.severity_of("column"),
        about=SCHEMA,
        limit=declared.type or None,
    )
    say = partial(msgspec.structs.replace, base)
    if name not in there:
        return say(message="the column is missing", hint=nearest(name, there))
    now = there[name].type
    if now == "null":
        asks = declared.type or declared.categories or not declared.nullable
        said = "vacuous: the column has no values and no type"
        return say(message=said, status=FAIL if asks else PASS, about=VALUES)
    kind = CATEGORY if declared.categories else ""
    if declared.type and not aligned(declared.type, now, kind):
        return say(message=f"type {declared.type} is declared, found {now}", value=now)
    return say(status=PASS, value=now)


def _with_examples(check: Check, looked: Looked) -> Check:
    """A file of text has no types of its own: the rows that keep a column from its type are shown."""
    if check.status == PASS or looked.type != "string":
        return check
    shown = examples(looked, "column", (looked.declared.type,))
    said = f"{check.message}: {', '.join(shown)}" if shown else check.message
    return msgspec.structs.replace(check, examples=shown, message=said)


def _extra(name: str) -> Check:
    said = "the column is not declared, and the schema allows no others"
    return Check(name=f"column:{name}", status=FAIL, column=name, message=said, about=SCHEMA)
