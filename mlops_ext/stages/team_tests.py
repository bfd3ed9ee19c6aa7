"""The team's own tests: run with their command in their environment, and read from their results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from mlops_ext.contract.checks import FAIL, PASS, Check, Report
from mlops_ext.process import project_environment, run, supervise, sweep_orphans
from mlops_ext.session import Session
from mlops_ext.stages.pytest_results import checks_of, nothing
from mlops_ext.stages.where_tests_are import places_of_tests

QUESTION = "tests"
PYTEST = ("pytest", "py.test")


def run_tests(session: Session) -> list[Report]:
    """One report: of pytest when nothing else is set and there are tests, of the team's command else."""
    root = session.context.root
    sweep_orphans(root)
    command = session.settings.integrate.tests
    if command is not None and not command:
        return []
    if command and not any(Path(word).name in PYTEST for word in command):
        return [_report((_own_command(session, command),))]
    if command:
        return [_pytest(session, command, " ".join(command))]
    places = places_of_tests(root)
    if places is None:
        return [_report((nothing("no folder tests, and no test files elsewhere"),))]
    python = Path(session.context.python)
    if run([python, "-c", "import pytest"], cwd=root, env=project_environment(python)).code:
        return [_report((nothing(f"pytest is not in the project environment ({python})"),))]
    return [_pytest(session, (str(python), "-m", "pytest", "-q", *places), ", ".join(places[:3]))]


def _pytest(session: Session, command: tuple[str, ...], where: str) -> Report:
    with tempfile.TemporaryDirectory(prefix="mlops-ext-tests-") as scratch:
        results, log = Path(scratch, "results.xml"), Path(scratch, "log.txt")
        # The cache goes elsewhere rather than off: options of the team's own may be about it.
        ours = (f"--junitxml={results}", "-o", f"cache_dir={scratch}", "--continue-on-collection-errors")
        code = _supervise(session, (*command, *ours), log)
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        found = checks_of(code, results, text)
    return _report(found, f"{len(found)} tests" + (f" in {where}" if where else ""))


def _own_command(session: Session, command: tuple[str, ...]) -> Check:
    lines: list[str] = []
    code = _supervise(session, command, lines.append)
    if code == 0:
        return Check(name="tests pass", status=PASS, message=" ".join(command))
    last = next((line for line in reversed(lines) if line.strip()), "")
    return Check(name="tests pass", status=FAIL, message=f"exit code {code}: {last}", where=" ".join(command))


def _supervise(session: Session, command: tuple[str, ...], log: Path | Callable[[str], object]) -> int:
    env = project_environment(Path(session.context.python)) | {"PYTHONDONTWRITEBYTECODE": "1"}
    return supervise(command, cwd=session.context.root, env=env, log=log, deadline=session.context.left())


def _report(checks: tuple[Check, ...], looked_at: str = "") -> Report:
    return Report(question=QUESTION, plugin=QUESTION, checks=checks, looked_at=looked_at)
