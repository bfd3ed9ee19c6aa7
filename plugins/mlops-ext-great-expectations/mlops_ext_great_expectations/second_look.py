"""A checkpoint's file as the engine reads it, beside what GX's own pandas made of it.

pandas shifts columns, renames one that is there twice, reads `NA` as nothing and ids beside a blank as
floats, and says nothing. A file that it was told to read in a way of its own is taken as it was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.checks import FAIL, VALUES, Check
from mlops_ext.contract.data import Measure, Measured
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_great_expectations.wording import escaped

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table
    from mlops_ext_great_expectations.request import Batch, Request

FORMATS = {"read_csv": "csv", "read_parquet": "parquet"}
EXACT = 2**53
SHOWN = 5
# What pandas takes for a missing value unless it is told otherwise, and what may well be a name.
WORDS = (
    "NA", "N/A", "n/a", "None", "null", "NULL", "nan", "NaN", "-nan", "-NaN", "<NA>", "#N/A", "#NA",
    "#N/A N/A", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN",
)  # fmt: skip


def look(context: Context, data: DataRef, asked: Request, batch: Batch) -> list[Check]:
    """Raise where no verdict on such a batch can be right; warn where words were taken for missing values."""
    if batch.reader not in FORMATS or batch.told or _other_separator(context, data, batch):
        return []
    path = context.root / batch.path
    batch = replace(batch, path=context.relative(path))
    table = context.open(replace(data, uri=str(path), digest="", format=FORMATS[batch.reader], joined=()))
    _refuse_other_columns(table, batch, asked)
    shared = [column for column in table.schema if column.name in batch.columns]
    for column in shared:
        if column.type == "integer" and batch.columns[column.name] == "float":
            _refuse_rounded(table, column.name, batch)
    texts = [column.name for column in shared if column.type == "string" and not batch.columns[column.name]]
    nulls = table.aggregate([Measure(kind="nulls", column=name) for name in texts]) if texts else ()
    return [
        _taken_for_missing(table, name, batch, asked, batch.nulls[name] - int(found.value or 0))
        for name, found in zip(texts, nulls, strict=True)
        if batch.nulls[name] > int(found.value or 0)
    ]


def _other_separator(context: Context, data: DataRef, batch: Batch) -> bool:
    """Whether the engine would read it in another way: its separator is that of the settings."""
    csv = context.settings.data[data.name].csv
    return batch.reader == "read_csv" and batch.separator not in {csv.delimiter or ",", ","}


def _refuse_other_columns(table: Table, batch: Batch, asked: Request) -> None:
    there = [column.name for column in table.schema]
    lacks = [name for name in there if name not in batch.columns]
    if lacks or table.rows != batch.rows:
        what = f"column `{lacks[0]}`" if lacks else f"all of its {table.rows:,} rows"
        raise SettingsError(
            f"GX reads {batch.rows:,} rows and {len(batch.columns)} columns of {batch.path}, without {what}",
            key=asked.key,
            file=asked.shown,
            hint="the asset of the data source says how it is read: `sep`, `header`, `encoding`",
        )


def _refuse_rounded(table: Table, name: str, batch: Batch) -> None:
    ends = table.aggregate([Measure(kind=kind, column=name) for kind in ("min", "max")])
    if any(_large(end) for end in ends):
        raise CouldNotTellError(
            f"GX reads `{name}` as floats, and its integers have digits that floats lose",
            where=batch.path,
            hint=f'give the asset `dtype = {{"{name}": "Int64"}}`, or let a suite be asked of the engine',
        )


def _large(end: Measured) -> bool:
    return isinstance(end.value, int) and abs(end.value) > EXACT


def _taken_for_missing(table: Table, name: str, batch: Batch, asked: Request, count: int) -> Check:
    shown: tuple[str, ...] = ()
    if not asked.private and name != asked.hidden:
        rule = Measure(kind="examples", column=name, rule="listed", words=WORDS, limit=SHOWN)
        found = table.aggregate([rule])[0]
        shown = tuple(
            f"{escaped(value)} (row {row})" for value, row in zip(found.categories, found.counts, strict=True)
        )
    said = f"GX takes {count:,} values of {batch.path} for missing that are words there"
    return Check(
        name=f"missing values of {name}",
        status=FAIL,
        severity="warning",
        column=name,
        count=count,
        rows=batch.rows,
        message=f"{said}: {', '.join(shown)}" if shown else said,
        examples=shown,
        about=VALUES,
        hint="if they are values, give the asset `keep_default_na = false`",
    )
