"""Column types in the contract's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.data import Column

if TYPE_CHECKING:
    from ibis.expr.datatypes import DataType
    from ibis.expr.types import Table

NUMBERS = ("integer", "float", "decimal", "boolean")
TIMES = ("date", "timestamp", "timestamp-utc")


def word(dtype: DataType) -> str:
    """The contract's word for a type of Ibis."""
    tests = (
        ("boolean", dtype.is_boolean()),
        ("integer", dtype.is_integer()),
        ("float", dtype.is_floating()),
        ("decimal", dtype.is_decimal()),
        ("string", dtype.is_string()),
        ("date", dtype.is_date()),
        ("timestamp-utc", dtype.is_timestamp() and getattr(dtype, "timezone", None)),
        ("timestamp", dtype.is_timestamp()),
        ("time", dtype.is_time()),
        ("binary", dtype.is_binary()),
        ("null", dtype.is_null()),
    )
    return next((name for name, holds in tests if holds), f"other:{dtype}")


def columns(table: Table) -> tuple[Column, ...]:
    """The columns of an expression, in order."""
    return tuple(
        Column(name=name, type=word(dtype), nullable=bool(dtype.nullable))
        for name, dtype in table.schema().items()
    )
