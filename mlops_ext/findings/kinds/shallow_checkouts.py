"""Jobs that ask a stage on a checkout of one commit: the base branch is not in it."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.called import NEED_HISTORY, Call, calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.workflows import Step


def find(look: Look) -> Iterator[Finding]:
    """One for each checkout; for pull requests it makes the stage fail, elsewhere it hides comparisons."""
    said: set[tuple[str, int]] = set()
    for call in calls(look):
        checkout = _checkout(call) if call.stage in NEED_HISTORY else None
        if checkout is None or (call.workflow.file, checkout.line) in said:
            continue
        said.add((call.workflow.file, checkout.line))
        yield Finding(
            rule="shallow-checkout",
            file=call.workflow.file,
            line=checkout.line,
            message=f"{call.name} asks {call.stage} on a checkout of one commit, without the base branch",
            hint="with: {fetch-depth: 0}",
            severity="" if call.pulled else "warning",
        )


def _checkout(call: Call) -> Step | None:
    """The last checkout before the stage, where it brings no history and nothing fetches it later."""
    if call.step is None:
        return None
    before = call.job.steps[: call.job.steps.index(call.step)]
    found = next((step for step in reversed(before) if step.uses.startswith("actions/checkout@")), None)
    if found is None or any("git fetch" in str(step.run) for step in before):
        return None
    # An expression may say anything.
    depth = str(found.inputs.get("fetch-depth") or "1")
    return found if depth.isdigit() and depth != "0" else None
