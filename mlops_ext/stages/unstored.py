"""A record store that can't be asked is a question without an answer, and silences no other."""

from __future__ import annotations

from typing import Any

from mlops_ext.contract.records import StoredRecord
from mlops_ext.dispatch import fault_report
from mlops_ext.errors import MlopsExtError
from mlops_ext.stages.summary import summary
from mlops_ext.stages.work import Outcome, Work

QUESTION = "records"


def answered_before(work: Work) -> StoredRecord | None:
    """A passed record with this key that the zone may trust."""
    session = work.session
    if session.options.force:
        return None
    try:
        return session.book.passed(work.key, session.zone)
    except MlopsExtError as error:
        _go_on_without(work, error)
        return None


def close(work: Work, words: str, **more: Any) -> Outcome:
    """End the stage; answers that the store does not take are kept beside the project."""
    try:
        return work.close(words, **more)
    except MlopsExtError as error:
        _go_on_without(work, error)
        return work.close(summary(work))


def _go_on_without(work: Work, error: MlopsExtError) -> None:
    store = work.session.registry.with_role("store")
    work.unstored = True
    work.add([fault_report(store.name if store else "mlops-ext", QUESTION, error)])
