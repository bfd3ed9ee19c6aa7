"""What runs the team's own code or configuration does so in a child process, which leaves nothing behind.

Used for expectation classes of the team, and for checkpoints, whose data sources are theirs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from mlops_ext.errors import CouldNotTellError, MlopsExtError, RefusedError, SettingsError
from mlops_ext.process import run
from mlops_ext_great_expectations import frames, second_look, shadow
from mlops_ext_great_expectations.request import Answer, Request, own_files

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef

QUESTION, ANSWER, ROWS = "question.json", "answer.json", "rows.arrow"


def ask(context: Context, data: DataRef, asked: Request, complete: Callable[[], Request]) -> Answer:
    """The answer of a child that was given the question, and the rows where it needs them.

    Bytecode would be written beside the team's files, and their paths are relative to the project.
    """
    with tempfile.TemporaryDirectory(prefix="mlops-ext-gx-") as made:
        place = Path(made)
        if asked.suite or shadow.takes_frames(Path(asked.folder)):
            asked = _with_rows(context, data, complete(), place)
        if asked.checkpoint:
            asked = replace(asked, folder=str(shadow.make(Path(asked.folder), place)))
        _say(context, asked)
        (place / QUESTION).write_bytes(msgspec.json.encode(asked))
        ended = run(
            [sys.executable, "-m", "mlops_ext_great_expectations.asked", str(place)],
            cwd=context.root,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=min(context.left(), 24 * 3600.0),
        )
        file = place / ANSWER
        if not file.is_file():
            lines = (ended.stderr.strip() or f"exit {ended.code}").splitlines()
            raise CouldNotTellError(
                f"the child that ran GX ended without an answer: {lines[-1]}", where=asked.shown
            )
        found = msgspec.json.decode(file.read_bytes(), type=Answer)
        if found.exit_code:
            raise _error(found)
        warned = [check for batch in found.batches for check in second_look.look(context, data, asked, batch)]
    return replace(found, checks=(*found.checks, *warned))


def _with_rows(context: Context, data: DataRef, asked: Request, place: Path) -> Request:
    import pyarrow as pa

    rows = frames.rows_of(context.open(data), list(asked.types), data.name)
    with pa.OSFile(str(place / ROWS), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)
    return replace(asked, rows=str(place / ROWS))


def _say(context: Context, asked: Request) -> None:
    own = own_files(Path(asked.folder))
    if own:
        context.say(f"loading expectation classes of the team: {', '.join(file.name for file in own)}")


def _error(found: Answer) -> MlopsExtError:
    if found.exit_code == SettingsError.exit_code:
        return SettingsError(found.what, key=found.key, file=found.where, hint=found.hint)
    kind = RefusedError if found.exit_code == RefusedError.exit_code else CouldNotTellError
    return kind(found.what, where=found.where, hint=found.hint)
