"""Great Expectations projects of 0.x: 1.x does not load them, or makes an empty one beside them (F47)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.requirement_files import files, requirements
from mlops_ext.findings.versions import below

RULE = "gx-before-1"
_VERSION = re.compile(r"^config_version\s*:\s*['\"]?(\d+)", re.MULTILINE)
# Gone in 1.0, with what was called by them.
_GONE = (
    "from_pandas",
    "read_csv",
    "read_parquet",
    "read_excel",
    "DataContext",
    "dataset.PandasDataset",
    "validate",
)
_MODULES = (
    "great_expectations.dataset",
    "great_expectations.data_context.DataContext",
    "great_expectations.core.batch.RuntimeBatchRequest",
    "great_expectations.profile",
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
        if module.imports("great_expectations"):
            for name, call in module.calls:
                if (
                    name.removeprefix("great_expectations.") in _GONE
                    and name.startswith("great_expectations.")
                ) or name.startswith(_MODULES):
                    yield Finding(
                        rule=RULE,
                        file=module.path,
                        line=call.lineno,
                        message=f"{name} is gone since Great Expectations 1.0",
                        hint=HINT,
                        severity=severity,
                    )
                    break


def _folder(look: Look, path: str, severity: str) -> Iterator[Finding]:
    found = _VERSION.search(look.tree.text(path) or "")
    version = int(found[1]) if found else 0
    old_name = PurePosixPath(path).parent.name == "great_expectations"
    if version >= 4 and not old_name:
        return
    why = f"config_version {version}" if found and version < 4 else "a folder great_expectations/"
    line = (look.tree.text(path) or "")[: found.start()].count("\n") + 1 if found and version < 4 else 1
    if version >= 4:
        message = f"{why}: Great Expectations 1.x looks for gx/ and does not find this project"
        hint = f"git mv {PurePosixPath(path).parent} gx"
    else:
        message = f"{why} is of Great Expectations 0.x: 1.x does not load it, and finds none of its suites"
        hint = HINT
    yield Finding(rule=RULE, file=path, line=line, message=message, hint=hint, severity=severity)
