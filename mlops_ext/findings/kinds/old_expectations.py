"""Great Expectations projects of 0.x: 1.x does not load them, or makes an empty one beside them (F47)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.requirement_files import files, requirements
from mlops_ext.findings.versions import below

_VERSION = re.compile(r"^config_version\s*:\s*['\"]?(\d+)", re.MULTILINE)
# What 1.0 no longer has.
_GONE = re.compile(
    r"great_expectations\.(?:(?:from_pandas|read_\w+|validate|DataContext)$|dataset\b|profile\b"
    r"|data_context\.DataContext\b|core\.batch\.RuntimeBatchRequest\b)"
)
HINT = (
    "pin great-expectations<1 as long as you need it; to move, make a new gx/ with 1.x and add the suites "
    "again (expectation_type is now type); the JSON files of the old suites can be read for that"
)


def find(look: Look) -> Iterator[Finding]:
    """Folders by their configuration; code by what 1.0 no longer has."""
    pinned = any(
        one.name == "great-expectations" and below(one.spec, (1,))
        for path in files(look.tree)
        for one in requirements(look.tree, path)
    )
    severity = "warning" if pinned else ""
    for path in look.tree.named("great_expectations.yml", "great_expectations.yaml"):
        yield from _folder(look, path, severity)
    for module in look.code.modules:
        gone = next(((name, call) for name, call in module.calls if _GONE.match(name)), None)
        if gone:
            yield _finding(
                module.path, gone[1].lineno, f"{gone[0]} is gone since Great Expectations 1.0", severity
            )


def _finding(file: str, line: int, message: str, severity: str, hint: str = HINT) -> Finding:
    return Finding(rule="gx-before-1", file=file, line=line, message=message, hint=hint, severity=severity)


def _folder(look: Look, path: str, severity: str) -> Iterator[Finding]:
    text = look.tree.text(path) or ""
    found = _VERSION.search(text)
    folder = PurePosixPath(path).parent
    if found and int(found[1]) < 4:
        line = text.count("\n", 0, found.start()) + 1
        says = f"config_version {found[1]} is of Great Expectations 0.x"
        yield _finding(path, line, f"{says}: 1.x does not load it, and finds none of its suites", severity)
    elif folder.name == "great_expectations":
        says = "a folder great_expectations/ is of 0.x: 1.x looks for gx/, and does not find this project"
        yield _finding(path, 1, says, severity, f"git mv {folder} gx" if found else HINT)
