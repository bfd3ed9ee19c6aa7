"""When a record opens a gate: the one function that services and stages ask."""

from __future__ import annotations

import hashlib

from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import RECORD, StoredRecord
from mlops_ext.errors import RefusedError

ZONES = ("pull-request", "branch", "protected")


def trusted(zone: str, asking: str) -> bool:
    """Whether a record of `zone` counts for one who asks from `asking`; `local` stands alone."""
    if zone == asking:
        return True
    return zone in ZONES and asking in ZONES and ZONES.index(zone) >= ZONES.index(asking)


def verify_release(stored: StoredRecord, version: ModelVersion, target: str, zone: str) -> None:
    """Raise RefusedError unless the record lets this version, by its bytes, serve on this target.

    Its bytes hash to its name, it is the judging record of a release, it passed, for this target and
    for the digest of the bytes, and its zone is trusted. Signatures come behind this function.
    """
    record = stored.record
    digests = {
        ref.digest for ref in record.inputs if ref.kind == "model-version" and ref.name == version.name
    }
    problems = {
        "its bytes don't hash to its name": hashlib.sha256(stored.statement).hexdigest() != stored.digest,
        "it is not the record of a release": record.stage != "release" or record.phase != RECORD,
        f"its verdict is {record.verdict}": record.verdict != "pass",
        f"it is for target {record.target or 'none'}": record.target != target,
        "it judged other bytes of the model": version.digest not in digests,
        f"it was written in zone {record.zone}": not trusted(record.zone, zone),
    }
    found = [problem for problem, holds in problems.items() if holds]
    if found:
        raise RefusedError(
            f"record {stored.digest[:12]} does not let {version.name} serve on {target}: {'; '.join(found)}",
            hint="mlops-ext release judges it again",
        )
