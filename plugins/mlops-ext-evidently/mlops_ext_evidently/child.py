"""The child process that draws: what it takes in memory, and what it dies of, stays there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import run
from mlops_ext_evidently.plan import ANSWER, CURRENT, PAGE, PLAN, REFERENCE, Answer, Plan, PlannedColumn
from mlops_ext_evidently.versions import BOUND, pair

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import Table

LONGEST = 600.0


def draw(
    context: Context, folder: Path, columns: Sequence[PlannedColumn], reference: Table, current: Table
) -> Answer:
    """Hand both samples to the child and take its answer."""
    (folder / PLAN).write_bytes(msgspec.json.encode(Plan(columns=tuple(columns))))
    _write(reference, folder / REFERENCE)
    _write(current, folder / CURRENT)
    command = [sys.executable, "-m", "mlops_ext_evidently.draw", str(folder)]
    ended = run(command, cwd=folder, timeout=min(LONGEST, context.left()))
    if ended.code != 0 or not (folder / ANSWER).is_file():
        last = (ended.stderr.strip().splitlines() or [f"exit {ended.code}"])[-1]
        raise CouldNotTellError(
            f"Evidently did not draw ({pair()}): {last}", hint="mlops-ext doctor tries to import it"
        )
    answer = msgspec.json.decode((folder / ANSWER).read_bytes(), type=Answer)
    if answer.unusable:
        raise CouldNotTellError(f"{pair()} does not import: {answer.unusable}", hint=BOUND)
    return answer


def page_of(folder: Path) -> bytes:
    """The page that the child left, or nothing."""
    return (folder / PAGE).read_bytes() if (folder / PAGE).is_file() else b""


def _write(table: Table, path: Path) -> None:
    import pyarrow as pa

    rows = pa.table(table)
    with pa.ipc.new_file(path, rows.schema) as writer:
        writer.write_table(rows)
