"""Jobs and steps of GitHub that may fail without the workflow failing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.called import stage_of
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import pieces
from mlops_ext.findings.work import works
from mlops_ext.findings.workflows import Job, Step, Workflow

SIDE = re.compile(
    r"upload|cache|codecov|comment|notif|slack|badge|setup-|checkout|report|publish-unit|artifact|labeler",
    re.IGNORECASE,
)


def find(look: Look) -> Iterator[Finding]:
    """Workflow by workflow."""
    for workflow in look.workflows.all:
        yield from _after_a_failed_one(workflow)
        for job in workflow.jobs:
            yield from _kept_on(workflow, job)


def _after_a_failed_one(workflow: Workflow) -> Iterator[Finding]:
    comments = bool(workflow.jobs) and all(stage_of(job.uses) == "comment" for job in workflow.jobs)
    if workflow.after is not None and not comments and not re.search(r"\.conclusion\b", workflow.text):
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
        return not SIDE.search(f"{step.uses} {step.name}")
    return (
        step.run is not None
        and not re.search(r"comment|notif|slack|badge", step.name, re.IGNORECASE)
        and any(works(piece) for piece in pieces(step.run))
    )


def _name(job: Job) -> str:
    return job.name.split()[0]


def _said(step: Step) -> str:
    return step.uses or next((piece.text for piece in pieces(step.run or "")), "")[:50]
