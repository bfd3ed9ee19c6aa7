"""A declared schema from a table that was looked at, and as the text of its file.

What was seen once is no rule yet, so only what the next good batch will hardly break is claimed,
and every claim says beside it what was seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlops_ext.data.bounds import bounds_of, is_id
from mlops_ext.data.declared import TYPES, DeclaredColumn, DeclaredSchema
from mlops_ext.data.seen import MOST_WORDS, SeenColumn, see

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table

# With fewer rows only names and types are claimed: three nulls in twenty are easily missed.
ENOUGH = 20
# A value that was seen less often has neighbours that were not seen at all.
REPEATED = 5
_TYPED_TEXT = re.compile(r"[+-]?[\d.]+([eE][+-]?\d+)?|true|false|\d{4}-\d\d-\d\d.*|nan", re.IGNORECASE)


def schema_of(table: Table, *, typed: bool = True) -> DeclaredSchema:
    """What may be claimed of the next batch; `typed` says that the file itself keeps types (CSV does not)."""
    return claimed(see(table), typed=typed)


def claimed(seen: Iterable[SeenColumn], *, typed: bool = True) -> DeclaredSchema:
    """The claims for columns that were looked at already."""
    return DeclaredSchema(columns={column.name: _column(column, typed) for column in seen})


def as_toml(schema: DeclaredSchema, seen: Iterable[SeenColumn] = (), head: str = "") -> str:
    """The schema's file; `seen` is said beside each claim, `head` above all."""
    known = {column.name: column for column in seen}
    lines = [f"# {line}".rstrip() for line in head.splitlines()]
    lines += [] if schema.extra else ["extra = false"]
    for name, column in schema.columns.items():
        lines += ["", f"[columns.{_key(name)}]", *_lines(column, _said(known.get(name)))]
    return "\n".join(lines).lstrip("\n") + "\n"


def _column(seen: SeenColumn, typed: bool) -> DeclaredColumn:
    # In a file without types such a column is numbers, or days, once the odd value is gone.
    open_type = not typed and any(_TYPED_TEXT.fullmatch(word.strip()) for word, _ in seen.words)
    type_ = seen.type if seen.type in TYPES and not open_type else ""
    if seen.rows < ENOUGH or not seen.filled:
        return DeclaredColumn(type=type_ if seen.filled else "")
    low, high = bounds_of(seen)
    words = _categories(seen)
    only_seen = [
        rule for rule, claims in (("categories", words), ("range", (low, high) != (None, None))) if claims
    ]
    return DeclaredColumn(
        type=type_,
        nullable=bool(seen.nulls),
        categories=words,
        min=low,
        max=high,
        seen=tuple(only_seen),
    )


def _categories(seen: SeenColumn) -> tuple[str, ...]:
    """The texts of a column where all of them are few, and each was seen often."""
    if not 0 < seen.distinct <= MOST_WORDS or len(seen.words) != seen.distinct or is_id(seen):
        return ()
    return tuple(word for word, _ in seen.words) if min(n for _, n in seen.words) >= REPEATED else ()


def _lines(column: DeclaredColumn, said: Mapping[str, str]) -> list[str]:
    claims: dict[str, str] = {"type": json.dumps(column.type)} if column.type else {}
    claims |= {} if column.nullable else {"nullable": "false"}
    claims |= {"max_nulls": _value(column.max_nulls)} if column.max_nulls is not None else {}
    claims |= {"categories": _array(column.categories)} if column.categories else {}
    claims |= {
        key: _value(bound) for key, bound in (("min", column.min), ("max", column.max)) if bound is not None
    }
    claims |= {"unique": "true"} if column.unique else {}
    claims |= {"severity": _severity(column.severity)} if column.severity != "critical" else {}
    claims |= {"seen": _array(column.seen)} if column.seen else {}
    lines = [f"{key} = {value}{_comment(said.get(key))}" for key, value in claims.items()]
    told = {said[key] for key in claims if key in said}
    rest = dict.fromkeys(text for key, text in said.items() if key not in claims and text not in {"", *told})
    return lines + [f"# seen in the data: {text}" for text in rest]


def _said(seen: SeenColumn | None) -> dict[str, str]:
    """What was seen, by the key that claims something of it."""
    if seen is None:
        return {}
    said = {"type": "" if seen.type in TYPES else f"type {seen.type}"}
    said["nullable"] = (
        f"{seen.nulls:,} nulls in {seen.rows:,} rows" if seen.nulls else f"no null in {seen.rows:,} rows"
    )
    if seen.type == "string":
        said["categories"] = f"{seen.distinct:,} different values"
    if seen.nan:
        said["nan"] = f"{seen.nan:,} values are not a number"
    if seen.low is not None and seen.high is not None:
        said |= dict.fromkeys(("min", "max"), f"{_shown(seen.low)} to {_shown(seen.high)}")
    return said


def _comment(text: str | None) -> str:
    return f"  # seen in the data{f': {text}' if text else ''}" if text is not None else ""


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}" if isinstance(value, float) else str(value)


def _severity(severity: str | Mapping[str, str]) -> str:
    if isinstance(severity, str):
        return _text(severity)
    return f"{{ {', '.join(f'{_key(rule)} = {_text(word)}' for rule, word in severity.items())} }}"


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return _text(value)
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _array(words: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(word) for word in words)}]"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    # A basic string of TOML is one of JSON, but for this one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
