"""What pytest found, from its results file and, where it did not come that far, from its words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check

PASSED, FAILED, INTERRUPTED, INTERNAL, USAGE, NO_TESTS = range(6)
COLLECTION = "collection failure"
HOW = {
    INTERRUPTED: "pytest was interrupted",
    INTERNAL: "pytest broke: an error inside it or in one of its plugins",
    USAGE: "pytest could not start",
}
# A line of a traceback, `tests/conftest.py:3: in <module>`, and the line that says what was raised.
PLACE = re.compile(r"^(\S.*\.py:\d+): ", re.MULTILINE)
RAISED = re.compile(r"^E +(\S.*)$", re.MULTILINE)


def checks_of(code: int, results: Path, log: str) -> tuple[Check, ...]:
    """A check for each test, and one for what kept pytest from answering."""
    found = _cases(results)
    if code == NO_TESTS or (code == PASSED and results.exists() and not found):
        return (nothing("pytest found no tests"),)
    if code in (PASSED, FAILED) and found:
        return found
    if code == INTERRUPTED and any(check.status == ERROR for check in found):
        return found
    return (*found, _no_answer(code, log))


def nothing(why: str) -> Check:
    """There is nothing to check, which is no pass."""
    return Check(name="tests pass", status=SKIPPED, message=f"nothing to check: {why}")


def _no_answer(code: int, log: str) -> Check:
    how = HOW.get(code, f"pytest ended with exit code {code} and left no results")
    last = next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "")
    what, where = _raised(log)
    said = what or last
    return Check(name="tests run", status=ERROR, message=f"{how}: {said}" if said else how, where=where)


def _cases(results: Path) -> tuple[Check, ...]:
    try:
        # Written by pytest in the child that we started: no stranger's XML.
        cases = ElementTree.parse(results).getroot().iter("testcase")  # noqa: S314
    except (OSError, ElementTree.ParseError):
        return ()
    return tuple(_case(case) for case in cases)


def _case(case: ElementTree.Element) -> Check:
    name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
    for tag, status in (("failure", FAIL), ("error", FAIL), ("skipped", SKIPPED)):
        found = case.find(tag)
        if found is None:
            continue
        message = (found.get("message") or tag).strip()
        what, where = _raised(found.text or "")
        if message == COLLECTION:
            return Check(name=name, status=ERROR, message=f"it can't be collected: {what}", where=where)
        if found.get("type") == "pytest.xfail":
            return Check(name=name, status=status, message=f"fails as expected: {message}")
        return Check(name=name, status=status, message=message.splitlines()[0], where=where)
    return Check(name=name, status=PASS)


def _raised(text: str) -> tuple[str, str]:
    """What was raised, and the last line of the team's own that led to it."""
    what = RAISED.findall(text)
    own = [place for place in PLACE.findall(text) if "site-packages" not in place and "<frozen" not in place]
    return (what[-1].strip() if what else ""), (own[-1] if own else "")
