"""`[tool.mlops-ext.ibis]`: how much of the machine the engine takes, and how CSV files are written."""

from __future__ import annotations

import msgspec


class CsvSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ibis.csv.<table>`: the dialect of one table; an empty delimiter is a comma that was not asked for.

    `nulls` are the words that mean "no value"; `time_format` is strptime's, for columns whose times
    are not ISO 8601; `types` pins columns to string, integer, float, boolean, date or timestamp.
    """

    delimiter: str = ""
    decimal: str = "."
    quote: str = '"'
    encoding: str = "utf-8"
    nulls: tuple[str, ...] = ("",)
    time_format: str = ""
    types: dict[str, str] = {}


class IbisSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ibis`: 0 threads takes the processors we may use; no `memory_limit` takes half of the memory."""

    threads: int = 0
    memory_limit: str = ""
    csv: dict[str, CsvSettings] = {}
