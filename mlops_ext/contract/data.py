"""Tables: references that cross hooks, and the protocol by which everyone reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from mlops_ext.contract.refs import Ref


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column's name and type.

    `type` is boolean, integer, float, decimal, string, date, timestamp (naive), timestamp-utc,
    time, binary, null, or `other:<the engine's word>`.
    """

    name: str
    type: str
    nullable: bool = True


class ColumnRoles(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which columns of a table mean what; names that are empty are not there."""

    label: str = ""
    id: str = ""
    time: str = ""
    prediction: str = ""
    version: str = ""
    features: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Joined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another table whose `columns` are added where `on` is equal: labels that came late."""

    name: str
    uri: str
    on: str
    columns: tuple[str, ...]
    format: str = ""
    digest: str = ""


class DataRef(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="data"):
    """A table, or a window of the prediction log, at one moment.

    `uri` is an absolute path or a URL; `format` is parquet, csv, arrow, or empty for "by suffix";
    `digest` names the bytes; `parts` are the files of a folder, or the windows' sources. Whoever opens
    it by the context gets the columns of `joined` as well; `declared` are the types that a schema gives
    its columns, which a reader of text can't see.
    """

    name: str
    uri: str
    format: str = ""
    digest: str = ""
    revision: str = ""
    parts: tuple[Ref, ...] = ()
    columns: ColumnRoles = ColumnRoles()
    joined: tuple[Joined, ...] = ()
    declared: tuple[Column, ...] = ()

    def ref(self) -> Ref:
        """The pointer that a record keeps."""
        return Ref(kind="data", name=self.name, digest=self.digest, uri=self.uri)


class ColumnRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was seen of a column and may be claimed of the next batch; `low` and `high` are inclusive.

    `seen` names the claims that are no more than that, `range` or `categories`: broken, they are warnings.
    """

    name: str
    type: str = ""
    nullable: bool = True
    categories: tuple[str, ...] = ()
    low: int | float | str | None = None
    high: int | float | str | None = None
    seen: tuple[str, ...] = ()


class SuiteDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A first suite for a table: its name, its file relative to the project, and what the file holds."""

    name: str
    path: str
    text: str


class Measure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One question to a column.

    `kind` is count (not null), nulls, distinct, min, max, mean, std, quantiles (at `edges`, each in
    0 to 1), histogram (rows per bin of ascending `edges`; n edges give n + 1 bins: below the first
    edge, [e0, e1), ..., at or above the last; nulls and NaN are left out), categories (the `limit`
    most frequent values), outside (values below `low` or above `high`, both inclusive, as numbers or
    ISO 8601; NaN is outside), or examples (the first `limit` rows that break `rule`: null, outside,
    repeated, listed in `words`, or mistyped: text that is no value of the type `words[0]`).
    """

    kind: str
    column: str
    edges: tuple[float, ...] = ()
    limit: int = 100
    low: int | float | str | None = None
    high: int | float | str | None = None
    rule: str = ""
    words: tuple[str, ...] = ()


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a measure: a value, or counts, each with the category it counts.

    `value` of min and max is an ISO 8601 text for dates and times. Of examples, `counts` are the numbers
    of the rows, the first is 1, and `categories` their values as text.
    """

    value: float | int | str | None = None
    values: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()


class Table(Protocol):
    """A table that was opened by the engine. Its Arrow stream gives rows to every tool."""

    @property
    def schema(self) -> tuple[Column, ...]:
        """The columns in order."""
        ...

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    def aggregate(self, measures: Sequence[Measure]) -> tuple[Measured, ...]:
        """Answer all measures in few passes; the order is kept."""
        ...

    def sample(self, n: int, seed: int) -> Table:
        """At most n rows, the same ones for the same seed and bytes; all when there are fewer."""
        ...

    def select(self, columns: Sequence[str]) -> Table:
        """Only these columns, in this order."""
        ...

    def between(self, column: str, start: str, end: str) -> Table:
        """Rows with start <= column < end; bounds are ISO 8601 times or numbers as text; empty is open."""
        ...

    def join(self, other: Table, on: str, columns: Sequence[str]) -> Table:
        """All rows of this table with these columns of the other, null where it has no such row."""
        ...

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule protocol: `pyarrow.table(table)` and the like work."""
        ...
