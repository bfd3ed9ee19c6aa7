"""What a record says that people on GitHub should know."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL
from mlops_ext.contract.triggers import EXPERIMENT
from mlops_ext.errors import MlopsExtError

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Check
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.records import StageRecord, StoredRecord
    from mlops_ext.contract.refs import Ref

ACTS = ("deliver", "release", "rollback")
# Questions whose fault says that the act itself was begun and did not end well.
ACTING = ("deployment", "service")
LOOKED_BACK = 12


def state(record: StageRecord) -> str:
    """The state of the deployment that a record tells of, in GitHub's words; empty where nothing was done."""
    if record.stage not in ACTS:
        return ""
    if any(ref.kind == "deployment" for ref in record.outputs):
        return "success" if record.verdict == "pass" else "failure"
    tried = any(report.question in ACTING for report in record.reports)
    return "failure" if tried and record.verdict != "pass" else ""


def causes(record: StageRecord) -> tuple[Ref, ...]:
    """Why the pipeline should run again: monitor's first exit."""
    found = (ref for ref in record.outputs if ref.kind == "trigger" and not _asks(ref))
    return tuple(found) if record.stage == "monitor" else ()


def questions(record: StageRecord) -> tuple[Ref, ...]:
    """What asks people for a new experiment: monitor's second exit, or a trigger that gave up."""
    return tuple(ref for ref in record.outputs if ref.kind == "trigger" and _asks(ref))


def well(record: StageRecord) -> bool:
    """Whether a window was looked at, and nothing was found."""
    found = any(ref.kind == "trigger" for ref in record.outputs)
    return record.stage == "monitor" and record.verdict == "pass" and not found


def until(record: StageRecord) -> str:
    """The time that a record speaks of, in UTC: the end of its window, else its own."""
    windows = [ref.name.rpartition("/")[2] for ref in record.inputs if ref.kind == "window"]
    moment = datetime.fromisoformat(windows[0] if windows else record.ended)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def failed(record: StageRecord) -> list[Check]:
    """The checks that said no, in the order of the record."""
    return [check for report in record.reports for check in report.checks if check.status == FAIL]


def commit(context: Context, stored: StoredRecord, usual: str) -> str:
    """The commit that what was deployed was made from, by the records that it stands on."""
    left, seen = [stored.record], 0
    while left and seen < LOOKED_BACK:
        record, seen = left.pop(0), seen + 1
        made_from = [row.value for row in record.settings if row.name == "package.revision"]
        made_from += [ref.digest for ref in record.inputs if ref.kind == "git-commit" and ref.name == "HEAD"]
        if made_from:
            return made_from[0].removeprefix("gitCommit:")
        left += [found for digest in record.parents if (found := _record(context, digest))]
    return usual


def _record(context: Context, digest: str) -> StageRecord | None:
    """A record that can't be had now is no reason to say nothing."""
    try:
        stored = context.find_record(digest)
    except MlopsExtError:
        return None
    return stored.record if stored else None


def _asks(ref: Ref) -> bool:
    return ref.name.partition(":")[0] == EXPERIMENT
