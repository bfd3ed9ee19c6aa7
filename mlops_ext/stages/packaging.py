"""The package of a revision: built, and found again among the records."""

from __future__ import annotations

from mlops_ext.contract.gate import trusted
from mlops_ext.contract.pipeline import Package
from mlops_ext.contract.records import RECORD, RecordQuery, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.session import Session


def build_package(session: Session, revision: str) -> Package:
    """The package of a revision, by the versioning plugin."""
    package: Package | None = session.dispatcher.ask_role(
        "mlops_package_pipeline", context=session.context, revision=revision
    )
    if package is None:
        raise session.registry.lacks("builds packages", "dvc")
    return package


def passed_package(session: Session, digest: str = "", commit: str = "") -> tuple[StoredRecord, Ref] | None:
    """The newest passed integrate whose package has this digest (or starts with it), or is of this commit."""
    query = RecordQuery(project=session.context.project, stage="integrate", phase=RECORD, limit=200)
    for stored in session.book.find(query):
        record = stored.record
        if record.verdict != "pass" or not trusted(record.zone, session.zone):
            continue
        for ref in record.outputs:
            mine = any(made.digest == f"gitCommit:{commit}" for made in record.inputs) if commit else True
            if ref.kind == "package" and mine and ref.sha256.startswith(digest.removeprefix("sha256:")):
                return stored, ref
    return None
