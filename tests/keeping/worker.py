"""`python worker.py STEPS MODE N UNIT...`: units of work on the kept store, each in a turn of its own.

A unit leaves an MLflow run with a file, an intent and a record, as stages do, and is done once whoever asks
again. It says `kept UNIT`, or `lost UNIT` and does it again. The process kills itself at its N-th step.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from harness.launcher import wrap

from mlops_ext.contract.records import INTENT, StageRecord
from mlops_ext.errors import CouldNotTellError
from mlops_ext.kept.keeping import keeping
from mlops_ext.session import Options, Session, open_session

STARTED = "2026-11-25T00:00:00+00:00"
LOST = "the lease on the kept store was lost"


def record(unit: str, phase: str, *parents: str) -> StageRecord:
    """What is left of a unit."""
    return StageRecord(
        stage="work", project="flights", key=unit, zone="local", verdict="pass", phase=phase,
        summary=f"unit {unit}", started=STARTED, parents=parents,
    )  # fmt: skip


def work(session: Session, unit: str) -> None:
    """What a killed call began is gone on with, and what is done is left alone."""
    from mlops_ext_mlflow.store import calls, experiments
    from mlops_ext_mlflow.store.connect import connect

    if session.book.passed(unit, "local"):
        return
    intent = session.book.save(record(unit, INTENT))
    store = connect(session.context)
    experiment = experiments.ensure(store, "flights")
    named = f"attributes.run_name = '{unit}'"
    there = calls.read(store, store.client.search_runs, [experiment], filter_string=named)
    run = there[0] if there else calls.change(store, store.client.create_run, experiment, run_name=unit)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.txt"
        file.write_text(unit)
        calls.upload(store, store.client.log_artifact, run.info.run_id, str(file))
    calls.change(store, store.client.set_terminated, run.info.run_id, "FINISHED")
    session.book.save(record(unit, "record", intent.digest))


def once(unit: str) -> None:
    """One turn."""
    session = open_session(Options(project=Path.cwd(), tell=lambda line: print(line, flush=True)))
    with keeping(session, "work"):
        work(session, unit)


def attempt(unit: str) -> bool:
    """One turn; whether what it did is kept."""
    try:
        once(unit)
    except CouldNotTellError as error:
        if not error.what.startswith(LOST):
            raise
        print(f"lost {unit}: {error}", flush=True)
        return False
    print(f"kept {unit}", flush=True)
    return True


def main(units: list[str]) -> None:
    """All units, each until it is kept."""
    for unit in units:
        while not attempt(unit):
            pass


if __name__ == "__main__":
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    wrap(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    main(sys.argv[4:])
