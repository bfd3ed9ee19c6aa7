"""Asks every rule about one repository, and says what was looked at: silence is no consent."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path, PurePosixPath

from mlops_ext.contract.checks import ERROR, PASS, SKIPPED, Check, Report
from mlops_ext.errors import MlopsExtError
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.rules import KINDS, PAGE, RULES, Rule
from mlops_ext.findings.stage_scripts import scripts_of
from mlops_ext.reading import located
from mlops_ext.reading.tree import Tree
from mlops_ext.words import listed, plural

QUESTION = "repository"
_ENDINGS = {".py": "Python", ".yaml": "YAML", ".yml": "YAML", ".toml": "TOML", ".ipynb": "notebook"}


def examine(root: Path, packages: Mapping[str, str] | None = None) -> Report:
    """One report: a check for each finding, and one for each rule that found nothing, or nothing to read."""
    located.reader()  # Without it most rules could only be silent, and silence is no consent.
    look = Look(Tree(root), packages or {})
    found: list[Finding] = []
    unanswered: list[Check] = []
    for kind in KINDS:
        try:
            found += import_module(f"mlops_ext.findings.kinds.{kind}").find(look)
        except MlopsExtError as error:
            unanswered.append(_unanswered(kind, error.what, error.hint))
        except Exception as error:  # noqa: BLE001 - a rule that breaks is no answer; the others are
            unanswered.append(_unanswered(kind, f"{type(error).__name__}: {error}", "please report this"))
    found += unreadable(look)
    checks = [finding.check() for finding in sorted(set(found), key=_order)]
    broken = {rule for rule in RULES if any(check.name == rule for check in unanswered)}
    quiet = [_quiet(rule, look) for rule in RULES.values() if rule.id not in {f.rule for f in found} | broken]
    return Report(
        question=QUESTION,
        plugin="mlops-ext",
        checks=(*checks, *unanswered, *quiet),
        looked_at=looked_at(look.tree),
    )


def unreadable(look: Look) -> Iterator[Finding]:
    """Files that a rule could not parse: worst where a stage runs them."""
    for source, what in ((look.pipelines, "YAML"), (look.workflows, "YAML")):
        for file, (line, why) in source.broken.items():
            yield _unreadable(file, line, f"this is no {what}: {why}")
    run = {path for stage in look.pipelines.stages for path in scripts_of(look, stage)}
    for file, (line, why) in look.code.broken.items():
        # Since 3.12 a string in an f-string may use its quotes.
        newer = sys.version_info < (3, 12) and why.startswith("f-string")
        said = f"Python 3.12 or newer is needed to read this: {why}" if newer else f"this is no Python: {why}"
        yield _unreadable(file, line, said, "info" if newer else "" if file in run else "warning")


def _unreadable(file: str, line: int, message: str, severity: str = "") -> Finding:
    hint = "nothing else was looked for in this file; repair it, or remove it from Git"
    return Finding(
        rule="unreadable-file", file=file, line=line, message=message, hint=hint, severity=severity
    )


def looked_at(tree: Tree) -> str:
    """`41 files: 12 Python, 5 YAML, 24 other; 1 not read: data.csv (larger than 5 MB)`."""
    kinds = Counter(_ENDINGS.get(PurePosixPath(path).suffix, "other") for path in tree.files)
    order = sorted(kinds.items(), key=lambda row: (row[0] == "other", -row[1], row[0]))
    said = f"{plural(len(tree.files), 'file')}: {', '.join(f'{count} {kind}' for kind, count in order)}"
    unread = [f"{path} ({why})" for path, why in sorted(tree.unread.items())]
    return f"{said}; not read: {listed(unread)}" if unread else said


def _quiet(rule: Rule, look: Look) -> Check:
    if look.has(rule.reads):
        return Check(name=rule.id, status=PASS, severity=rule.severity, page=f"{PAGE}#{rule.id}")
    return Check(name=rule.id, status=SKIPPED, message=f"no {rule.reads} here", page=f"{PAGE}#{rule.id}")


def _unanswered(kind: str, what: str, hint: str) -> Check:
    return Check(name=kind, status=ERROR, message=what, hint=hint)


def _order(finding: Finding) -> tuple[str, int, str]:
    return finding.file, finding.line, finding.rule
