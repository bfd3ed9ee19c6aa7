"""The child: `python -m mlops_ext_great_expectations.asked FOLDER` answers the question that lies there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.errors import MlopsExtError, SettingsError
from mlops_ext_great_expectations.child import ANSWER, QUESTION
from mlops_ext_great_expectations.request import Answer, Request

if TYPE_CHECKING:
    import pyarrow as pa


def main() -> int:
    """Leave an answer, or the error that a person can act on."""
    place = Path(sys.argv[1])
    asked = msgspec.json.decode((place / QUESTION).read_bytes(), type=Request)
    try:
        found = _answer(asked)
    except MlopsExtError as error:
        known = isinstance(error, SettingsError)
        found = Answer(
            exit_code=error.exit_code,
            what=error.what,
            hint=error.hint,
            key=error.key if known else "",  # type: ignore[attr-defined]
            where=error.file if known else error.where,  # type: ignore[attr-defined]
        )
    (place / ANSWER).write_bytes(msgspec.json.encode(found))
    return 0


def _answer(asked: Request) -> Answer:
    from mlops_ext_great_expectations import answers, checkpoints, own_classes, suites

    own_classes.load(Path(asked.folder), asked.shown)
    rows = _rows(asked.rows) if asked.rows else None
    if asked.checkpoint:
        return checkpoints.answer(asked, rows)
    if rows is None:
        raise SettingsError("a suite needs rows", key=asked.key)
    return answers.answer(asked, suites.load(asked, asked.suite), rows)


def _rows(path: str) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(path)).read_all()


if __name__ == "__main__":
    sys.exit(main())
