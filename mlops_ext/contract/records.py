"""Records: what a stage did, immutable and named by the digest of its content."""

from __future__ import annotations

import msgspec

from mlops_ext.contract.checks import Fault, Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.refs import Ref, Setting

RECORD = "record"
INTENT = "intent"


class RecordStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of what the stage did, with its time in seconds."""

    name: str
    how: str
    seconds: float = 0.0
    run: str = ""
    outs: tuple[Ref, ...] = ()


class StageRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a stage did, or (phase intent) is about to do.

    `key` is the digest of everything the answer depends on; `parents` are digests of earlier records;
    `zone` says who could have written it: pull-request, branch, protected, or local.
    `faults` are what kept the stage as a whole from an answer; `products`, `notes` and `next` are what people
    were told besides, so that the record can be shown like the stage itself.
    """

    stage: str
    project: str
    key: str
    zone: str
    verdict: str
    phase: str = RECORD
    model: str = ""
    target: str = ""
    summary: str = ""
    reports: tuple[Report, ...] = ()
    inputs: tuple[Ref, ...] = ()
    outputs: tuple[Ref, ...] = ()
    parents: tuple[str, ...] = ()
    cause: tuple[Ref, ...] = ()
    settings: tuple[Setting, ...] = ()
    executor: str = ""
    started: str = ""
    ended: str = ""
    steps: tuple[RecordStep, ...] = ()
    tools: tuple[Setting, ...] = ()
    environment: str = ""
    comparison: Comparison | None = None
    faults: tuple[Fault, ...] = ()
    products: tuple[Setting, ...] = ()
    notes: tuple[str, ...] = ()
    next: str = ""
    contract: int = 1


class StoredRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it is kept: the canonical bytes of its statement and their sha256 in hex."""

    digest: str
    statement: bytes
    record: StageRecord


class RecordQuery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which records are asked for; empty fields match everything. Newest first, at most `limit`.

    `subject` matches the name of an input or output; `digest` may be a prefix of eight or more digits.
    Records with the digests `known` count among the newest and need not be sent.
    """

    project: str
    stage: str = ""
    key: str = ""
    digest: str = ""
    subject: str = ""
    phase: str = ""
    model: str = ""
    target: str = ""
    limit: int = 20
    known: tuple[str, ...] = ()
