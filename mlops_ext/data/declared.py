"""A declared schema: the file that `data.<name>.schema` names, TOML or JSON. Strict."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from mlops_ext.contract.data import Column, DataRef
from mlops_ext.contract.settings import Strict
from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext.contract.context import Context

TYPES = (
    "boolean",
    "integer",
    "float",
    "decimal",
    "string",
    "date",
    "timestamp",
    "timestamp-utc",
    "time",
    "binary",
)
TIMES = ("date", "timestamp", "timestamp-utc")
RULES = ("column", "nulls", "categories", "range", "unique")
Severity = Literal["critical", "warning", "info"]


class DeclaredColumn(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """`columns.<name>`: what its values may be. An empty type asks nothing of it; bounds are inclusive.

    `max_nulls` is the largest share of nulls. `severity` is one word for all rules of the column, or one
    for each of column, nulls, categories, range and unique. Rules in `seen` were only seen in the data
    when the schema was written: broken, they are warnings until somebody takes the mark away.
    """

    type: str = ""
    nullable: bool = True
    max_nulls: float | None = None
    categories: tuple[str, ...] = ()
    min: int | float | str | None = None
    max: int | float | str | None = None
    unique: bool = False
    severity: Severity | dict[str, Severity] = "critical"
    seen: tuple[str, ...] = ()

    def severity_of(self, rule: str) -> str:
        """How much a broken rule weighs."""
        if isinstance(self.severity, dict) and rule in self.severity:
            return self.severity[rule]
        word = self.severity if isinstance(self.severity, str) else "critical"
        return "warning" if rule in self.seen and word == "critical" else word


class DeclaredSchema(Strict, frozen=True, kw_only=True, omit_defaults=True):
    """The columns a table must have; `extra` says whether it may have others."""

    columns: dict[str, DeclaredColumn]
    extra: bool = True


def with_declared(context: Context, data: DataRef) -> DataRef:
    """A reference with the types that the table's schema declares: text alone does not tell them."""
    settings = context.settings.data.get(data.name)
    if data.declared or settings is None or not settings.schema:
        return data
    path = context.root / settings.schema
    schema = read_schema(path, context.relative(path))
    types = tuple(Column(name=name, type=one.type) for name, one in schema.columns.items() if one.type)
    return msgspec.structs.replace(data, declared=types)


def read_schema(path: Path, shown: str) -> DeclaredSchema:
    """The schema in a file; a wrong key, or nothing to check, is an error of the settings."""
    try:
        content = path.read_bytes()
        decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
        schema = decode(content, type=DeclaredSchema)
    except OSError as error:
        raise SettingsError("the schema can't be read", file=shown, hint=str(error.strerror)) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise SettingsError(f"the schema is not understood: {error}", file=shown) from error
    if not schema.columns:
        raise SettingsError("the schema has no columns: nothing to check", file=shown)
    for name, column in schema.columns.items():
        _check_words(column, f"columns.{name}", shown)
        _check_bounds(column, f"columns.{name}", shown)
    return schema


def _check_words(column: DeclaredColumn, key: str, shown: str) -> None:
    if column.type and column.type not in TYPES:
        hint = f"one of {', '.join(TYPES)}"
        raise SettingsError(f"no type `{column.type}`", key=f"{key}.type", file=shown, hint=hint)
    severity = tuple(column.severity) if isinstance(column.severity, dict) else ()
    unknown = [rule for rule in (*severity, *column.seen) if rule not in RULES]
    if unknown:
        raise SettingsError(f"no rule `{unknown[0]}`", key=key, file=shown, hint=f"one of {', '.join(RULES)}")
    if column.max_nulls is not None and not 0 <= column.max_nulls <= 1:
        raise SettingsError(f"max_nulls {column.max_nulls:g} is no share", key=key, file=shown, hint="0 to 1")


def _check_bounds(column: DeclaredColumn, key: str, shown: str) -> None:
    for bound in (column.min, column.max):
        wrong = _misfit(bound, column.type) if bound is not None else ""
        if wrong:
            raise SettingsError(f"the bound {bound!r} {wrong}", key=key, file=shown)
    low, high = column.min, column.max
    if low is None or high is None:
        return
    if isinstance(low, str) != isinstance(high, str):
        raise SettingsError("one bound is text and one is a number", key=key, file=shown)
    swapped = low > str(high) if isinstance(low, str) else low > high  # type: ignore[operator]
    if swapped:
        raise SettingsError(f"min {low} is above max {high}", key=key, file=shown)


def _misfit(bound: float | str, kind: str) -> str:
    """Why a bound can't be compared with a column of this type."""
    if isinstance(bound, str):
        try:
            datetime.fromisoformat(bound)
        except ValueError:
            return "is no time in ISO 8601"
        return "" if kind in {"", *TIMES} else f"is text, and the column is {kind}"
    if isinstance(bound, float) and not math.isfinite(bound):
        return "is not finite"
    return "" if kind in {"", "integer", "float", "decimal"} else f"is a number, and the column is {kind}"
