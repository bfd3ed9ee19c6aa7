"""What served last, kept beside the service: it comes back after a kill without asking the registry."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from mlops_ext import durable
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import StoredRecord
from mlops_ext.errors import CouldNotTellError
from mlops_ext.records import statement
from mlops_ext_serve.place import Place


class Last(NamedTuple):
    """A version that served, and the record that let it."""

    version: ModelVersion
    record: StoredRecord


class _Note(msgspec.Struct, frozen=True):
    """The record is kept as its bytes alone, so that its name and its content can't disagree."""

    version: ModelVersion
    statement: bytes


def save_last(place: Place, last: Last) -> None:
    """Remember what serves now."""
    durable.write_bytes(place.serving, msgspec.json.encode(_Note(last.version, last.record.statement)))


def read_last(place: Place) -> Last | None:
    """What served last; None when nothing did or the note can't be read."""
    try:
        note = msgspec.json.decode(place.serving.read_bytes(), type=_Note)
        return Last(note.version, statement.read(note.statement))
    except (OSError, msgspec.MsgspecError, CouldNotTellError):
        return None
