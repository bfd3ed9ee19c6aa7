"""Types for columns of text: the narrowest that every value has exactly, else they stay text.

So `01234` and `NA` stay what they are, integers keep their last digit, and no row is guessed on its own.
Spaces around a number or a time are none of it, as `1, 2` is written by many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.errors import RefusedError, SettingsError
from mlops_ext_ibis.words import TIMES

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringValue, Table, Value

    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.settings import CsvSettings

GLANCE = 20
LOOK_AT = 2000
ROWS = "mlops_ext rows"
CLOCK_WORDS = ("%H", "%I", "%M", "%S", "%f", "%T", "%X", "%c", "%p")
ORDER = ("boolean", "integer", "float", "date", "timestamp", "timestamp-utc")
NUMBER = r"[+-]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]+)?|[+-]?\.[0-9]+|[+-]?(nan|NaN|inf|Infinity)"
DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = r"[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
PATTERNS = {
    "boolean": r"true|false|True|False|TRUE|FALSE",
    "integer": r"-?(0|[1-9][0-9]{0,18})",
    "date": DAY,
    "timestamp": DAY + CLOCK,
    "timestamp-utc": DAY + CLOCK + r" ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)",
}


def type_columns(table: Table, where: str, data: DataRef, dialect: CsvSettings) -> Table:
    """The table with typed columns."""
    pinned = _pinned(table, data, dialect)
    candidates = {name: _candidates(name, data) for name in table.columns if name not in pinned}
    # A few rows rule out most types, so that the pass over all rows asks little; the first of them do so
    # without SQL, which takes long to write for hundreds of columns.
    likely = _likely(table.head(GLANCE), candidates, dialect)
    first = _remaining(table.head(LOOK_AT), likely, dialect)
    candidates = {name: candidates[name] if kinds is None else kinds for name, kinds in first.items()}
    chosen = {name: kinds[0] for name, kinds in _remaining(table, candidates, dialect).items() if kinds}
    chosen |= _of_nothing(table, candidates, data)
    _refuse_misfits(table, pinned, where, dialect)
    _refuse_times(table, chosen | pinned, data, where, dialect)
    kinds = chosen | pinned
    return table.select(
        [
            _cast(table[name], kinds.get(name, "string"), _form(dialect, name)).name(name)
            for name in table.columns
        ]
    )


def type_times(table: Table, where: str, data: DataRef, dialect: CsvSettings) -> Table:
    """The table with times where text is one; what else is text stays it, and other types are as they are."""
    texts = [name for name, dtype in table.schema().items() if dtype.is_string()]
    pinned = [column.name for column in data.declared if column.type == "string"]
    candidates = {name: list(TIMES) for name in texts if name not in pinned}
    found = _remaining(table, candidates, dialect)
    chosen = {name: kinds[0] for name, kinds in found.items() if kinds}
    known = {name: "no text" for name in table.columns if name not in texts}
    _refuse_times(table, known | chosen, data, where, dialect)
    return table.mutate(
        **{name: _cast(table[name], kind, _form(dialect, name)) for name, kind in chosen.items()}
    )


def _pinned(table: Table, data: DataRef, dialect: CsvSettings) -> dict[str, str]:
    """The types that are no question: those of the settings, and text where the schema says so."""
    _check_settings(dialect.types, data.name)
    texts = {column.name: "string" for column in data.declared if column.type == "string"}
    return {name: kind for name, kind in (texts | dialect.types).items() if name in table.columns}


def _candidates(name: str, data: DataRef) -> list[str]:
    """All types, the declared one first, so that a column has it whenever all its values do."""
    declared = [column.type for column in data.declared if column.name == name and column.type in ORDER]
    return [*declared, *(kind for kind in ORDER if kind not in declared)]


def _likely(table: Table, candidates: dict[str, list[str]], dialect: CsvSettings) -> dict[str, list[str]]:
    """The candidates whose pattern these rows don't contradict."""
    rows = table.to_pyarrow()
    texts = {name: [text for text in rows[name].to_pylist() if text is not None] for name in candidates}
    return {
        name: [
            kind for kind in kinds if all(_may_be(text, kind, _form(dialect, name)) for text in texts[name])
        ]
        for name, kinds in candidates.items()
    }


def _may_be(text: str, kind: str, dialect: CsvSettings) -> bool:
    if kind not in PATTERNS or (dialect.time_format and kind in TIMES):
        return True
    return re.fullmatch(f" *({PATTERNS[kind]}) *", text) is not None


def _remaining(
    table: Table, candidates: dict[str, list[str]], dialect: CsvSettings
) -> dict[str, list[str] | None]:
    """The candidate types that no value contradicts; None where there is no value."""
    asked = {
        f"{number}:{kind}": (name, kind)
        for number, (name, kinds) in enumerate(candidates.items())
        for kind in kinds
    }
    if not asked:
        return dict(candidates)
    counts = {f"n:{name}": table[name].count() for name in candidates}
    fits = {key: _fits(table[name], kind, _form(dialect, name)).sum() for key, (name, kind) in asked.items()}
    row = table.aggregate(**counts, **fits).to_pyarrow().to_pylist()[0]
    return {
        name: [kind for key, (other, kind) in asked.items() if other == name and row[key] == row[f"n:{name}"]]
        if row[f"n:{name}"]
        else None
        for name in candidates
    }


def _form(dialect: CsvSettings, name: str) -> CsvSettings:
    """How this column's times are written."""
    return replace(dialect, time_format=dialect.time_formats.get(name, dialect.time_format))


def _of_nothing(table: Table, names: Iterable[str], data: DataRef) -> dict[str, str]:
    """Columns without a value have the type that is declared, or none; without rows they stay text."""
    found = table.aggregate(**{name: table[name].count() for name in names}, **{ROWS: table.count()})
    counts = found.to_pyarrow().to_pylist()[0]
    declared = {column.name: column.type for column in data.declared if column.type in ORDER}
    other = "null" if counts.pop(ROWS) else "string"
    return {name: declared.get(name, other) for name, count in counts.items() if not count}


def _fits(text: StringValue, kind: str, dialect: CsvSettings) -> BooleanValue:
    import ibis

    if kind == "string":
        return text.notnull()
    if dialect.time_format and kind in {"date", "timestamp"}:
        # A day is no day once its hours are cut off.
        clock = any(word in dialect.time_format for word in CLOCK_WORDS)
        return _parsed(text, kind, dialect).notnull() & ibis.literal(kind == "timestamp" or not clock)
    if kind == "float":
        # Sixteen digits and more lose their last one as a float: ids, which stay text.
        return _dotted(text, dialect).re_search(f"^ *({NUMBER}) *$") & ~text.re_search(
            "^ *[+-]?[0-9]{16,} *$"
        )
    if kind == "boolean":
        return text.re_search(f"^({PATTERNS[kind]})$")
    matches = text.re_search(f"^ *({PATTERNS[kind]}) *$")
    # Nineteen digits may pass 2**63, and the 31st of February is a pattern but no day.
    return ibis.and_(matches, _parsed(text, kind, dialect).notnull())


def _cast(text: StringValue, kind: str, dialect: CsvSettings) -> Value:
    import ibis

    if kind == "null":
        return ibis.null()
    return text if kind == "string" else _parsed(text, kind, dialect)


def _parsed(text: StringValue, kind: str, dialect: CsvSettings) -> Value:
    import ibis.expr.datatypes as dt

    if dialect.time_format and kind in {"date", "timestamp"}:
        return _strptime(text, dialect.time_format).cast("date" if kind == "date" else "timestamp")
    if kind == "float":
        return _dotted(text, dialect).try_cast("float64")
    types = {
        "boolean": "boolean", "integer": "int64", "date": "date", "timestamp": "timestamp",
        "timestamp-utc": dt.Timestamp(timezone="UTC"),
    }  # fmt: skip
    return text.try_cast(types[kind])


def _strptime(text: StringValue, form: str) -> Value:
    import ibis
    import ibis.expr.datatypes as dt

    @ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), dt.Timestamp()))
    def try_strptime(text, form): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202

    return try_strptime(text, form)


def _dotted(text: StringValue, dialect: CsvSettings) -> StringValue:
    return text if dialect.decimal == "." else text.replace(dialect.decimal, ".")


def _check_settings(pinned: dict[str, str], name: str) -> None:
    for column, kind in pinned.items():
        if kind not in {*ORDER, "string"}:
            raise SettingsError(
                f"`{kind}` is no type of a CSV column",
                key=f"data.{name}.csv.types.{column}",
                hint=", ".join((*ORDER, "string")),
            )


def _refuse_misfits(table: Table, kinds: dict[str, str], where: str, dialect: CsvSettings) -> None:
    """A value that does not fit the type its column was given: row and value."""
    import ibis

    for name in (name for name, kind in kinds.items() if kind != "string"):
        kind, numbered = kinds[name], table.select(value=table[name], row=ibis.row_number())
        bad = (
            numbered.filter(numbered.value.notnull() & ~_fits(numbered.value, kind, _form(dialect, name)))
            .head(1)
            .to_pyarrow()
            .to_pylist()
        )
        if bad:
            raise RefusedError(
                f"row {bad[0]['row'] + 1} of column `{name}` is {bad[0]['value']!r}, which is no {kind}",
                where=where, hint="correct the row, or the type in the settings",
            )  # fmt: skip


def _refuse_times(
    table: Table, kinds: dict[str, str], data: DataRef, where: str, dialect: CsvSettings
) -> None:
    """The time column of the settings is a time, or we ask how it is written; so are declared ones."""
    declared = [column.name for column in data.declared if column.type in TIMES]
    for name in dict.fromkeys([data.columns.time, *declared]):
        if name not in table.columns or kinds.get(name, "string") != "string":
            continue
        if _form(dialect, name).time_format:
            _refuse_misfits(table, {name: "timestamp"}, where, dialect)
        elif name == data.columns.time or not _some_fit(table[name], dialect):
            _ask_for_format(table, name, data, where)


def _some_fit(text: StringValue, dialect: CsvSettings) -> bool:
    import ibis

    return bool(ibis.or_(*(_fits(text, kind, dialect) for kind in TIMES)).any().execute())


def _ask_for_format(table: Table, name: str, data: DataRef, where: str) -> None:
    shown = table.filter(table[name].notnull()).head(1)[name].to_pyarrow().to_pylist()
    if shown:
        raise SettingsError(
            f"column `{name}` is a time, and not all of it is ISO 8601: {shown[0]!r}",
            key=f"data.{data.name}.csv.time_format", file=where,
            hint="say how it is written, as in '%d/%m/%Y'",
        )  # fmt: skip
