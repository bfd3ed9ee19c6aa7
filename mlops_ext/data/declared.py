"""A declared schema: the file that `data.<name>.schema` names, TOML or JSON. Strict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.settings import Strict
from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

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


class DeclaredColumn(Strict, frozen=True, kw_only=True):
    """`columns.<name>`: what its values may be. An empty type asks nothing of it; bounds are inclusive."""

    type: str = ""
    nullable: bool = True
    categories: tuple[str, ...] = ()
    min: float | str | None = None
    max: float | str | None = None


class DeclaredSchema(Strict, frozen=True, kw_only=True):
    """The columns a table must have; `extra` says whether it may have others."""

    columns: dict[str, DeclaredColumn]
    extra: bool = True


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
        if column.type and column.type not in TYPES:
            hint = f"one of {', '.join(TYPES)}"
            raise SettingsError(f"no type `{column.type}`", key=f"columns.{name}.type", file=shown, hint=hint)
        _check_bounds(column, f"columns.{name}", shown)
    return schema


def _check_bounds(column: DeclaredColumn, key: str, shown: str) -> None:
    low, high = column.min, column.max
    if low is None or high is None:
        return
    if isinstance(low, str) != isinstance(high, str):
        raise SettingsError("one bound is text and one is a number", key=key, file=shown)
    swapped = low > str(high) if isinstance(low, str) else low > float(high)
    if swapped:
        raise SettingsError(f"min {low} is above max {high}", key=key, file=shown)
