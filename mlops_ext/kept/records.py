"""Records in the tree of the ref: they need no server, and every call on any machine finds them there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext.records import statement

if TYPE_CHECKING:
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.kept.ref import StateRef, Tip

FOLDER = "records"


def as_files(stored: Iterable[StoredRecord]) -> dict[str, bytes]:
    """Records as files of the tree."""
    return {f"{FOLDER}/{record.digest[:2]}/{record.digest}.json": record.statement for record in stored}


def found(ref: StateRef, tip: Tip) -> list[StoredRecord]:
    """All records of a commit; one whose bytes don't hash to its name is an error."""
    return [_read(ref, name, content) for name, content in ref.read_below(tip, FOLDER).items()]


def _read(ref: StateRef, name: str, content: bytes) -> StoredRecord:
    digest = PurePosixPath(name).stem
    if hashlib.sha256(content).hexdigest() != digest:
        what = f"record {digest[:12]} in {ref.ref} has bytes that don't hash to its name"
        raise CouldNotTellError(what, hint="somebody changed the record: see who can push to that ref")
    return statement.read(content)
