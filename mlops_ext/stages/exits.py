"""The two exits of monitor: a trigger for the pipeline, or a request to people for a new experiment."""

from __future__ import annotations

from collections.abc import Iterable

from mlops_ext.contract.checks import FAIL, Report
from mlops_ext.contract.data import DataRef
from mlops_ext.contract.gate import trusted
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import RECORD, RecordQuery, StageRecord
from mlops_ext.contract.triggers import DEGRADATION, DRIFT, Trigger
from mlops_ext.stages import causes
from mlops_ext.stages.work import Work
from mlops_ext.verdict import code_of

KINDS = {"drift": DRIFT, "quality": DEGRADATION}


def find(work: Work, version: ModelVersion, window: DataRef) -> list[Trigger]:
    """Drift and degradation once they persist; a changed schema is for people at once."""
    found = []
    earlier = _earlier(work, version, window)
    needed = work.session.settings.models[work.model].monitor.persistence
    for question, kind in KINDS.items():
        if not says_no(work.reports, question):
            continue
        row = 1 + _in_a_row(earlier, question)
        if row < needed:
            work.notes.append(f"{question}: {row} of the {needed} windows in a row that make a trigger")
            continue
        until = window.revision.rpartition("/")[2][:10]
        why = f"{_worst(work.reports, question)}, {row} windows in a row up to {until}"
        found.append(causes.cause(kind, work.model, why, version.name, question, window.revision))
    if says_no(work.reports, "schema"):
        found.append(
            causes.new_experiment(work.model, _worst(work.reports, "schema"), version.name, window.revision)
        )
    return found


def says_no(reports: Iterable[Report], question: str) -> bool:
    """Whether any report to a question was answered with no."""
    return any(code_of(report) == 1 for report in reports if report.question == question)


def sentence(reports: Iterable[Report], found: list[Trigger]) -> str:
    """The window in a few words."""
    reports = list(reports)
    wrong = [
        _worst(reports, question) for question in ("schema", "drift", "quality") if says_no(reports, question)
    ]
    if wrong:
        return "; ".join(wrong) + ("" if found else "; not for long enough to act")
    late = [
        check
        for report in reports
        for check in report.checks
        if report.question == "quality" and check.status == "skipped"
    ]
    return "well" if not late else "no drift; quality is not yet known"


def _worst(reports: Iterable[Report], question: str) -> str:
    checks = [check for report in reports if report.question == question for check in report.checks]
    failed = [check for check in checks if check.status == FAIL and check.strict]
    first = failed[0] if failed else None
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return f"{first.name}: {first.message}{more}" if first else question


def _in_a_row(earlier: list[StageRecord], question: str) -> int:
    count = 0
    for record in earlier:
        if not says_no(record.reports, question):
            break
        count += 1
    return count


def _earlier(work: Work, version: ModelVersion, window: DataRef) -> list[StageRecord]:
    """Records of earlier windows of the same version, the newest first, each window once."""
    start = window.revision.partition("/")[0]
    query = RecordQuery(
        project=work.session.context.project,
        stage="monitor",
        model=work.model,
        target=work.target,
        phase=RECORD,
        limit=100,
    )
    windows: dict[str, StageRecord] = {}
    for stored in work.session.book.find(query):
        record = stored.record
        name = next((ref.name for ref in record.inputs if ref.kind == "window"), "")
        same = any(ref.kind == "model-version" and ref.name == version.name for ref in record.inputs)
        if name and same and name.partition("/")[2] <= start and trusted(record.zone, work.session.zone):
            windows.setdefault(name, record)
    return [windows[name] for name in sorted(windows, reverse=True)]
