"""One outcome of all that can be asked before a stage is: the setup, and faults in the repository."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from mlops_ext import worker
from mlops_ext.contract.checks import ERROR, FAIL, SKIPPED, Check, Fault, Report
from mlops_ext.discover.root import project_root
from mlops_ext.doctor.setup import examine
from mlops_ext.environments.project import project_python
from mlops_ext.environments.venv import site_folders
from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError
from mlops_ext.registry import Row
from mlops_ext.session import Options, open_session
from mlops_ext.settings.find import read_own, read_pyproject
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import fold
from mlops_ext.words import plural


def diagnose(options: Options) -> Outcome:
    """Everything that can be asked: the setup where there are settings, the repository always.

    Settings that can't be used are told beside the findings, and keep their exit code.
    """
    start = (options.project or Path.cwd()).absolute()
    if not start.is_dir():
        raise CouldNotTellError(f"{start} is no folder")
    try:
        session = open_session(options) if _settings_folder(start) else None
    except MlopsExtError as error:
        return _ended([_unanswered("setup", error), look(start, {})])
    if session is None:
        return _ended([_not_asked(), look(start, _packages(start, None))])
    setup = examine(session)
    options.say("reading the repository")
    found = look(start, _packages(session.context.root, session.settings.python))
    return _ended([*setup, found], session.registry.broken)


def look(start: Path, packages: Mapping[str, str]) -> Report:
    """Findings in the files of the repository, from the project's folder on."""
    from mlops_ext.findings.examine import examine as find

    started = time.monotonic()
    root = _settings_folder(start) or project_root(start)
    try:
        return replace(find(root, packages), seconds=time.monotonic() - started)
    except MlopsExtError as error:
        return _unanswered("repository", error)


def _settings_folder(start: Path) -> Path | None:
    """The nearest folder that holds settings; a file that can't be parsed might."""
    for folder in (start, *start.parents):
        try:
            if read_own(folder) or read_pyproject(folder):
                return folder
        except SettingsError:
            return folder
    return None


def _ended(reports: list[Report], broken: tuple[Row, ...] = ()) -> Outcome:
    return Outcome(
        stage="doctor",
        verdict=fold(reports, broken=broken),
        summary=_summary(reports),
        reports=tuple(reports),
    )


def _unanswered(question: str, error: MlopsExtError) -> Report:
    fault = Fault(exit_code=error.exit_code, what=error.what, where=error.where, hint=error.hint)
    return Report(question=question, plugin="mlops-ext", fault=fault)


def _not_asked() -> Report:
    """Before there are settings nobody says which plugins to ask: skipped, not wrong."""
    said = Check(
        name="settings",
        status=SKIPPED,
        message="none yet, so no plugin was asked",
        hint="mlops-ext init writes them",
    )
    return Report(question="setup", plugin="mlops-ext", checks=(said,))


def _summary(reports: Sequence[Report]) -> str:
    """How much was found, of which kind, by how many rules."""
    checks = [check for report in reports for check in report.checks]
    kinds = [check.severity for check in checks if check.page and check.status == FAIL]
    said = [f"{kinds.count(word):,} {word}" for word in ("critical", "warning", "info") if word in kinds]
    rules = {check.name for check in checks if check.page and check.status != SKIPPED}
    found = f"{plural(len(kinds), 'finding')} ({', '.join(said)})" if kinds else "no finding"
    bad = [check for check in checks if not check.page and check.status in (FAIL, ERROR)]
    setup = f", and {plural(len(bad), 'thing')} of the setup not well" if bad else ""
    return f"{found} by {plural(len(rules), 'rule')}{setup}"


def _packages(root: Path, setting: str | None) -> Mapping[str, str]:
    """What is installed in the project environment, by the names of its folders: its Python is not started.

    Nothing where that environment is our own, or does not tell.
    """
    guess = ".venv/bin/python" if (root / ".venv/bin/python").exists() else None
    try:
        place = project_python(root, setting or guess).path.parent.parent
    except MlopsExtError:
        return {}
    return {} if place == Path(sys.prefix) else worker.installed([str(one) for one in site_folders(place)])
