"""A record as an in-toto Statement v1 in canonical JSON (RFC 8785); its name is the sha256 of those bytes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import rfc8785

from mlops_ext.contract.records import INTENT, RECORD, StageRecord, StoredRecord
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import struct_without_secrets

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATES = {phase: f"https://mlops-ext.github.io/{phase}/v1" for phase in (RECORD, INTENT)}
_EXACT = 2**53


def store(record: StageRecord) -> StoredRecord:
    """The record with its bytes and their name. Subjects are the outputs that have a sha256."""
    record = struct_without_secrets(record)
    predicate = _exact(msgspec.to_builtins(record))
    statement = {
        "_type": STATEMENT,
        "subject": _subjects(record),
        "predicateType": PREDICATES[record.phase],
        "predicate": predicate,
    }
    content = rfc8785.dumps(statement)
    return StoredRecord(digest=hashlib.sha256(content).hexdigest(), statement=content, record=record)


def read(statement: bytes) -> StoredRecord:
    """The record in the bytes of a statement. Unknown fields are ignored, an unknown major version is not."""
    digest = hashlib.sha256(statement).hexdigest()
    try:
        content = json.loads(statement)
        if content["predicateType"] not in PREDICATES.values():
            raise CouldNotTellError(
                f"record {digest[:12]} has type {content['predicateType']}, which this version can't read",
                hint="update mlops-ext",
            )
        record = msgspec.convert(content["predicate"], StageRecord)
    except (ValueError, KeyError, TypeError) as error:
        raise CouldNotTellError(f"record {digest[:12]} can't be read: {error}") from error
    return StoredRecord(digest=digest, statement=statement, record=record)


def _subjects(record: StageRecord) -> list[dict[str, Any]]:
    # A statement has at least one subject; a record that made nothing speaks of itself.
    made = [ref for ref in record.outputs if ref.sha256]
    rows = [{"name": f"{ref.kind}:{ref.name}", "digest": {"sha256": ref.sha256}} for ref in made]
    return rows or [{"name": f"{record.stage}:{record.key}", "digest": {"sha256": record.key}}]


def _exact(value: Any) -> Any:
    """The value as I-JSON can hold it: integers that a double would round become text."""
    if isinstance(value, dict):
        return {key: _exact(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return str(value)
    return value
