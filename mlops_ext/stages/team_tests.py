"""The team's own tests: run with their command in their environment, and read from their results."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.process import project_environment, run, supervise, sweep_orphans
from mlops_ext.session import Session

QUESTION = "tests"
_NO_TESTS = 5


def run_tests(session: Session) -> list[Report]:
    """One report: of pytest when nothing else is set and there are tests, of the team's command else."""
    sweep_orphans(session.context.root)
    command = session.settings.integrate.tests
    if command is not None:
        return [_report(_own_command(session, command))] if command else []
    folder = session.context.root / "tests"
    if not any(folder.rglob("test_*.py")) and not any(folder.rglob("*_test.py")):
        return [_report(_skipped("there is no folder tests with test files"))]
    python = Path(session.context.python)
    if run([python, "-c", "import pytest"], cwd=session.context.root, env=project_environment(python)).code:
        return [_report(_skipped(f"pytest is not in the project environment ({python})"))]
    return [_pytest(session, python, folder)]


def _pytest(session: Session, python: Path, folder: Path) -> Report:
    with tempfile.TemporaryDirectory(prefix="mlops-ext-tests-") as scratch:
        results, log = Path(scratch, "results.xml"), Path(scratch, "log.txt")
        argv = [
            str(python),
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={results}",
            str(folder),
        ]
        code = supervise(
            argv, cwd=session.context.root, env=_environment(python), log=log, deadline=session.context.left()
        )
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        found = _read(results) if results.exists() else ()
    if code == _NO_TESTS or (code == 0 and not found):
        return _report(_skipped("pytest found no tests"))
    if code in (0, 1) and found:
        return Report(
            question=QUESTION, plugin=QUESTION, checks=found, looked_at=f"{len(found)} tests in {folder.name}"
        )
    last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
    return _report(
        Check(name="tests run", status=ERROR, message=f"pytest ended with exit code {code}: {last}")
    )


def _own_command(session: Session, command: tuple[str, ...]) -> Check:
    lines: list[str] = []
    python = Path(session.context.python)
    code = supervise(
        command,
        cwd=session.context.root,
        env=_environment(python),
        log=lines.append,
        deadline=session.context.left(),
    )
    if code == 0:
        return Check(name="tests pass", status=PASS, message=" ".join(command))
    last = next((line for line in reversed(lines) if line.strip()), "")
    return Check(name="tests pass", status=FAIL, message=f"exit code {code}: {last}", where=" ".join(command))


def _environment(python: Path) -> dict[str, str]:
    return project_environment(python) | {"PYTHONDONTWRITEBYTECODE": "1"}


def _read(results: Path) -> tuple[Check, ...]:
    # Written by pytest in the child that we started: no stranger's XML.
    cases = ElementTree.parse(results).getroot().iter("testcase")  # noqa: S314
    return tuple(_case(case) for case in cases)


def _case(case: ElementTree.Element) -> Check:
    name = f"{case.get('classname', '')}::{case.get('name', '')}"
    for tag, status in (("failure", FAIL), ("error", FAIL), ("skipped", SKIPPED)):
        found = case.find(tag)
        if found is not None:
            first = (found.get("message") or "").strip().splitlines()
            return Check(name=name, status=status, message=first[0] if first else tag)
    return Check(name=name, status=PASS)


def _skipped(why: str) -> Check:
    return Check(name="tests pass", status=SKIPPED, message=f"nothing to check: {why}")


def _report(check: Check) -> Report:
    return Report(question=QUESTION, plugin=QUESTION, checks=(check,))
