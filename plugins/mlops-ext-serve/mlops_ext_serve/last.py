"""What served last, kept beside the service: it comes back after a kill without asking the registry."""

from __future__ import annotations

import msgspec

from mlops_ext import durable
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import StoredRecord
from mlops_ext_serve.place import Place


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """A version that served, and the record that let it."""

    version: ModelVersion
    record: StoredRecord


def save_last(place: Place, last: Last) -> None:
    """Remember what serves now."""
    durable.write_bytes(place.serving, msgspec.json.encode(last))


def read_last(place: Place) -> Last | None:
    """What served last; None when nothing did or the note can't be read."""
    try:
        return msgspec.json.decode(place.serving.read_bytes(), type=Last)
    except (OSError, msgspec.MsgspecError):
        return None
