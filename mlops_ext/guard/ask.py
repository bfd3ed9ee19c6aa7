"""Both questions of what is staged, folded into one answer. No settings are needed, and no plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mlops_ext.contract.checks import PASS, Check, Fault, Report
from mlops_ext.errors import MlopsExtError
from mlops_ext.guard import data, secrets
from mlops_ext.guard.kept import kept
from mlops_ext.reading.index import Change, Index, read_index
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import fold
from mlops_ext.words import plural


def ask(start: Path, file: str = "") -> Outcome:
    """Of all that is staged; where that is nothing, of every file of the last commit."""
    index = read_index(start, file)
    differ = index.changes
    changes = [change for change in differ or _all(index) if change.now]
    reports = [
        _answer("data", data.RULE, lambda: data.find(index, changes, kept(index)), len(changes)),
        _answer("secrets", secrets.RULE, lambda: secrets.find(index, changes), len(changes)),
    ]
    return Outcome(
        stage="guard",
        verdict=fold(reports),
        summary=_summary(reports, len(changes), "what is staged" if differ else "the last commit"),
        reports=tuple(reports),
        staged=True,
    )


def _all(index: Index) -> Sequence[Change]:
    return [Change(path, name) for path, name in sorted(index.objects.items())]


def _answer(word: str, rule: str, find: Callable[[], Iterable[Check]], files: int) -> Report:
    """One question that can't be answered takes nothing away from the other."""
    try:
        checks = tuple(find()) or (Check(name=rule, status=PASS),)
    except MlopsExtError as error:
        fault = Fault(exit_code=error.exit_code, what=error.what, where=error.where, hint=error.hint)
        return Report(question=word, plugin=word, fault=fault)
    return Report(question=word, plugin=word, checks=checks, looked_at=plural(files, "file"))


def _summary(reports: Sequence[Report], files: int, what: str) -> str:
    found = sum(check.status != PASS for report in reports for check in report.checks)
    said = plural(found, "thing") if found else "nothing"
    return f"{said} that must not go into Git, in {plural(files, 'file')} of {what}"
