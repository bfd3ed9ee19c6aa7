"""Test jobs that test nothing: they print, and are green."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.kinds.swallowed_steps import SIDE
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces
from mlops_ext.findings.workflows import Job, Step, Workflow

_TESTS = re.compile(
    r"\b(?:unit|integration|smoke|e2e|model|data)?[\s_-]*(?:tests?|testing|validate|validation|lint|check)\b",
    re.IGNORECASE,
)
_TALKS = re.compile(
    r"\b(?:results?|summary|report|print|show|upload|comment|publish|notify|announce|download|setup|set up"
    r"|install|version|badge|info)\b",
    re.IGNORECASE,
)
_NO_WORK = ("echo", "printf", "true", ":", "sleep", "date", "pwd", "ls", "exit", "cd", "set")
_SETUP = re.compile(
    r"^(?:pip3?|\S*python[\d.]* -m (?:pip|venv)|uv (?:pip|sync|venv)|poetry install|conda|apt-get|apt|sudo"
    r"|source|\.|mkdir|cat|env|export)\b"
)


def find(look: Look) -> Iterator[Finding]:
    """Jobs and steps of workflows, jobs of GitLab, targets of make."""
    for workflow in look.workflows.all:
        for job in workflow.jobs:
            yield from _of_job(workflow, job)
    yield from _of_others(look)


def _of_job(workflow: Workflow, job: Job) -> Iterator[Finding]:
    runs = [step for step in job.steps if step.run is not None]
    only_prepares = all(_idle(step, setup=True) for step in runs) and any(_idle(step) for step in runs)
    if _is_test(job.name) and only_prepares and not any(_acts(step) for step in job.steps):
        yield _echo(workflow.file, job.line, f"job {job.name.split()[0]}")
        return
    for step in runs:
        if _is_test(step.name) and _idle(step):
            yield _echo(workflow.file, step.line, f"step {step.name}")


def _is_test(name: str) -> bool:
    words = name.replace("_", " ")
    return bool(_TESTS.search(words)) and not _TALKS.search(words)


def _of_others(look: Look) -> Iterator[Finding]:
    jobs: dict[tuple[str, str], list[Script]] = {}
    for script in look.scripts:
        if script.where.startswith(("make ", "job ")) and not script.file.startswith(".github/"):
            jobs.setdefault((script.file, script.where), []).append(script)
    for (file, where), parts in jobs.items():
        if _is_test(where.partition(" ")[2]) and all(_only_says(part.text) for part in parts):
            yield _echo(file, parts[0].line, where)


def _echo(file: str, line: int, what: str) -> Finding:
    return Finding(
        rule="test-only-echoes",
        file=file,
        line=line,
        message=f"{what} is called a test and only prints: it is green whatever the code does",
        hint="run the tests there (pytest, or mlops-ext integrate), or take the job away",
    )


def _idle(step: Step, setup: bool = False) -> bool:
    """Whether a step only prints; with `setup` it may also install."""
    return _only_says(str(step.run or ""), setup)


def _only_says(text: str, setup: bool = False) -> bool:
    commands = [words for piece in pieces(text) if (words := argv(piece.text))]
    if not commands or re.search(r"exit\s+[1-9]|\$\(|`|GITHUB_(?:OUTPUT|ENV)", text):
        return False
    return all(words[0] in _NO_WORK or (setup and bool(_SETUP.match(" ".join(words)))) for words in commands)


def _acts(step: Step) -> bool:
    """Whether an action does the work; those that only prepare do not."""
    return bool(step.uses) and not SIDE.search(step.uses)
