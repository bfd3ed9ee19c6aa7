"""Jobs and steps that may fail without the workflow failing, and test jobs that test nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces
from mlops_ext.findings.work import works
from mlops_ext.findings.workflows import Job, Step, Workflow

_SIDE = re.compile(
    r"upload|cache|codecov|comment|notif|slack|badge|setup-|checkout|report|publish-unit|artifact|labeler",
    re.IGNORECASE,
)
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
    """Workflow by workflow."""
    for workflow in look.workflows.all:
        yield from _after_a_failed_one(workflow)
        for job in workflow.jobs:
            yield from _kept_on(workflow, job)
            yield from _echoes(workflow, job)
    yield from _other_jobs(look)


def _after_a_failed_one(workflow: Workflow) -> Iterator[Finding]:
    if workflow.after is not None and not re.search(r"\.conclusion\b", workflow.text):
        yield Finding(
            rule="swallowed-failure",
            file=workflow.file,
            line=workflow.after.line,
            message="`workflow_run` starts this when the other workflow ends, also when it failed",
            hint="if: github.event.workflow_run.conclusion == 'success', at each job that begins here",
        )


def _kept_on(workflow: Workflow, job: Job) -> Iterator[Finding]:
    if job.keeps_on is not None and any(_worked(step) for step in job.steps):
        yield _swallowed(workflow, job.keeps_on.line, f"job {_name(job)}")
    for step in job.steps:
        looked = step.id and re.search(rf"steps\.{re.escape(step.id)}\.(?:outcome|conclusion)", workflow.text)
        if step.keeps_on is not None and not looked and _worked(step):
            yield _swallowed(workflow, step.keeps_on.line, f"step {step.name or _said(step)}")


def _swallowed(workflow: Workflow, line: int, what: str) -> Finding:
    return Finding(
        rule="swallowed-failure",
        file=workflow.file,
        line=line,
        message=f"{what}: `continue-on-error: true`: when it fails, the workflow is green",
        hint="take it away; or give the step an id and let a later step look at steps.<id>.outcome",
    )


def _worked(step: Step) -> bool:
    """Whether the step does something whose failure matters."""
    if step.uses:
        return not _SIDE.search(f"{step.uses} {step.name}")
    return (
        step.run is not None
        and not re.search(r"comment|notif|slack|badge", step.name, re.IGNORECASE)
        and any(works(piece) for piece in pieces(step.run))
    )


def _echoes(workflow: Workflow, job: Job) -> Iterator[Finding]:
    runs = [step for step in job.steps if step.run is not None]
    whole = _TESTS.search(job.name.replace("_", " ")) and not _TALKS.search(job.name.replace("_", " "))
    if (
        whole
        and runs
        and all(_idle(step, setup=True) for step in runs)
        and not any(_tests(step) for step in job.steps)
    ):
        if any(_idle(step) for step in runs):
            yield _echo(workflow.file, job.line, f"job {_name(job)}")
        return
    for step in runs:
        if _TESTS.search(step.name) and not _TALKS.search(step.name) and _idle(step):
            yield _echo(workflow.file, step.line, f"step {step.name}")


def _other_jobs(look: Look) -> Iterator[Finding]:
    """Jobs of GitLab and targets of make."""
    jobs: dict[tuple[str, str], list[Script]] = {}
    for script in look.scripts:
        if script.where.startswith(("make ", "job ")) and not script.file.startswith(".github/"):
            jobs.setdefault((script.file, script.where), []).append(script)
    for (file, where), parts in jobs.items():
        name = where.partition(" ")[2].replace("_", " ")
        if _TESTS.search(name) and not _TALKS.search(name) and all(_only_says(part.text) for part in parts):
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


def _tests(step: Step) -> bool:
    """Whether an action does the work; those that only prepare do not."""
    return bool(step.uses) and not _SIDE.search(step.uses)


def _name(job: Job) -> str:
    return job.name.split()[0]


def _said(step: Step) -> str:
    return step.uses or next((piece.text for piece in pieces(step.run or "")), "")[:50]
