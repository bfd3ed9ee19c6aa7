"""A stage at work while the team's store is here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import signals
from mlops_ext.errors import CouldNotTellError
from mlops_ext.kept import when

if TYPE_CHECKING:
    from mlops_ext.kept.store import KeptStore
    from mlops_ext.session import Session

JUDGES = ("integrate", "develop")


@contextmanager
def keeping(session: Session, stage: str) -> Iterator[None]:
    """Bring the team's store, let the stage work on it, and keep it, whatever became of the stage."""
    store = when.store_to_keep(session)
    if store is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="mlops-ext-") as scratch:
        session.kept = kept = _begin(session, stage, store, Path(scratch))
        try:
            yield
        finally:
            # Also what an interrupted stage did; another interrupt ends this too.
            with signals.put_off():
                if kept:
                    kept.end(stage)


def bring_to_read(session: Session) -> None:
    """The kept store for a command that only looks: it waits for nobody, and what was done here stays."""
    store = when.store_to_keep(session)
    if store is None:
        return
    from mlops_ext.kept.local import Local
    from mlops_ext.kept.store import state_ref

    with tempfile.TemporaryDirectory(prefix="mlops-ext-") as scratch:
        local = Local(session, store, Path(scratch))
        if local.went_on:
            session.context.tell("this shows what was done here, which is not kept yet")
            return
        ref = state_ref(session.context, Path(scratch))
        local.bring(ref, ref.fetch())


def _begin(session: Session, stage: str, store: Path, scratch: Path) -> KeptStore | None:
    """Our turn. On a runner that may not push, a stage that only judges goes on with a store of its own."""
    from mlops_ext.kept.store import KeptStore

    try:
        return KeptStore(session, store, scratch)
    except CouldNotTellError as error:
        if session.settings.keep == "always" or stage not in JUDGES:
            raise
        session.context.tell(f"the store and this record are not kept: {error}")
        return None
