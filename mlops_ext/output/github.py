"""An outcome for GitHub Actions: annotations, outputs, and the step summary. Values are escaped."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mlops_ext.contract.checks import PASS, SKIPPED, Check
from mlops_ext.output.clean import clean, github_data, github_property, markdown
from mlops_ext.output.text import found, lines
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import code_of, status_of

SUMMARY_BYTES = 1024 * 1024 - 4096
ICON = {"pass": "✅", "fail": "❌", "misconfigured": "⚠️", "error": "⚠️"}
ANNOTATIONS = 10


def show(outcome: Outcome) -> Iterator[str]:
    """The lines for the log; outputs and summary go to the files that GitHub names."""
    token = secrets.token_hex(16)
    yield f"::stop-commands::{token}"
    yield from lines(outcome)
    yield f"::{token}::"
    yield from notices(outcome)
    _append("GITHUB_OUTPUT", "".join(_output(name, value) for name, value in _outputs(outcome)))
    _append("GITHUB_STEP_SUMMARY", summary(outcome))


def notices(outcome: Outcome) -> Iterator[str]:
    """One line for each of the worst answers, with file and line where there is one."""
    bad = [
        check
        for report in outcome.reports
        for check in report.checks
        if status_of(check) not in (PASS, SKIPPED)
    ]
    for check in bad[:ANNOTATIONS]:
        level = "error" if check.severity == "critical" else "warning"
        yield f"::{level}{_place(check)}::{github_data(f'{check.name}: {found(check)}')}"
    for report in outcome.reports:
        if report.fault:
            yield f"::error::{github_data(f'{report.question}: {report.fault.what}. {report.fault.hint}')}"


def summary(outcome: Outcome) -> str:
    """The verdict first, then a row per report; kept under the limit in bytes."""
    rows = [
        f"### {ICON[outcome.verdict.word]} {outcome.stage} {outcome.verdict.word}\n",
        f"{markdown(outcome.summary)}\n",
        "| question | plugin | answer | checks |",
        "|:--|:--|:--|--:|",
    ]
    kept: list[str] = []
    size = sum(len(row.encode()) + 1 for row in rows)
    for report in outcome.reports:
        answer = {0: "yes", 1: "**no**", 2: "settings", 3: "could not tell"}[code_of(report)]
        row = f"| {markdown(report.question)} | {markdown(report.plugin)} | {answer} | {len(report.checks)} |"
        size += len(row.encode()) + 1
        if size > SUMMARY_BYTES:
            kept.append(f"\n{len(outcome.reports) - len(kept)} rows not shown")
            break
        kept.append(row)
    return "\n".join([*rows, *kept]) + "\n"


def _outputs(outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield "verdict", outcome.verdict.word
    yield "record", outcome.stored.digest if outcome.stored else ""
    yield from outcome.products


def _output(name: str, value: str) -> str:
    # A random delimiter: a value can't end it and set another output.
    end = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{clean(value)}\n{end}\n"


def _append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _place(check: Check) -> str:
    file, _, line = check.where.partition(":")
    if not file or not line.isdigit():
        return ""
    return f" file={github_property(file)},line={line}"
