"""What a stage said, as one file that another job can read: with what it was asked of, and where."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mlops_ext.errors import CouldNotTellError
from mlops_ext.output.machine import Result

FILE = "answer.json"
LARGEST = 8 * 1024 * 1024


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. Whoever reads it must know who could have written it: `zone` is only what it says itself.

    `folder` is the project's folder below the Git root, empty for the root itself; `base` the commit that
    it was compared with. `loosened` are gates that the revision opens more easily than its base does,
    `changed` those that differ otherwise.
    """

    project: str
    folder: str
    commit: str
    base: str
    zone: str
    result: Result
    loosened: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    contract: int = 1


def read_answer(folder: Path) -> Answer:
    """The answer in a folder; one that is missing, torn, of another form or too large could not be told."""
    path = folder / FILE
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise CouldNotTellError(
                f"the answer has {size:,} bytes, at most {LARGEST:,} are read", where=FILE
            )
        return msgspec.json.decode(path.read_bytes(), type=Answer)
    except OSError as error:
        raise CouldNotTellError(
            "the job left no answer", where=FILE, hint="see the log of the job that should have"
        ) from error
    except msgspec.MsgspecError as error:
        raise CouldNotTellError(f"this is no answer of ours: {error}", where=FILE) from error
