"""Telling people and systems of a new record: what goes wrong here is a note, and closes no gate."""

from __future__ import annotations

from dataclasses import replace

from mlops_ext.session import Session
from mlops_ext.stages.work import Outcome


def notify(session: Session, outcome: Outcome) -> Outcome:
    """Ask all plugins that tell somebody. Of a record that answered before, they were told then."""
    if outcome.stored is None or outcome.replayed or outcome.interrupted:
        return outcome
    answers = session.dispatcher.ask_all("mlops_notify", context=session.context, record=outcome.stored)
    notes = tuple(f"not told: {answer.error}" for answer in answers if answer.error)
    return replace(outcome, notes=(*outcome.notes, *notes)) if notes else outcome
