"""What is asked of a suite or a checkpoint, in one form for this process and for a child."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext.contract.checks import Check
from mlops_ext.contract.refs import Ref

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext_great_expectations.settings import GreatExpectationsSettings


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` is the GX folder as it is read, `shown` how people are told of it; `rows` is an Arrow file.

    `types` are the table's columns in the contract's words; values of the column `hidden` are never
    shown, of a `private` table none.
    """

    root: str
    folder: str
    shown: str
    table: str
    suite: str = ""
    checkpoint: str = ""
    rows: str = ""
    types: dict[str, str] = {}
    hidden: str = ""
    private: bool = False
    vacuous: str = "fail"
    parameters: dict[str, Any] = {}
    batch: dict[str, str] = {}
    docs: str = ""

    @property
    def key(self) -> str:
        """The setting that named it."""
        return f"data.{self.table}.{'checkpoint' if self.checkpoint else 'suite'}"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A file that GX itself read with pandas: its columns with their types as far as bounds need them.

    `told` says that the data source has options of its own for it, beside the separator.
    """

    path: str
    reader: str
    told: bool
    separator: str
    rows: int
    columns: dict[str, str]
    nulls: dict[str, int]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The checks, what was looked at, and the pointers that a record keeps; or why there are none."""

    checks: tuple[Check, ...] = ()
    batches: tuple[Batch, ...] = ()
    looked_at: str = ""
    artifacts: tuple[Ref, ...] = ()
    exit_code: int = 0
    what: str = ""
    key: str = ""
    where: str = ""
    hint: str = ""


def request(context: Context, own: GreatExpectationsSettings, data: DataRef, *, suite: str = "") -> Request:
    """The question to the table's suite, or without one to its checkpoint."""
    table = context.settings.data[data.name]
    folder = context.root / own.folder
    docs = str(context.state / "data-docs" / data.name) if own.data_docs else ""
    return Request(
        root=str(context.root),
        folder=str(folder),
        shown=context.relative(folder),
        table=data.name,
        suite=suite,
        checkpoint="" if suite else table.checkpoint,
        hidden=table.columns.id or data.columns.id,
        private=not table.show_values,
        vacuous=own.vacuous,
        parameters=own.parameters,
        batch=own.batch.get(table.checkpoint, {}),
        docs=docs,
    )


def own_files(folder: Path) -> list[Path]:
    """The team's own classes: what lies in `plugins/`, without what GX itself put there for its pages."""
    found = sorted((folder / "plugins").rglob("*.py"))
    return [file for file in found if "custom_data_docs" not in file.parts and file.name != "__init__.py"]
