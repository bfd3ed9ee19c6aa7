"""Where workflows call the stages of this project, and what these ask of their callers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from mlops_ext.reading.located import words
from mlops_ext.reading.tree import joined

if TYPE_CHECKING:
    from mlops_ext.findings.look import Look
    from mlops_ext.findings.workflows import Job, Step, Workflow

_LEASE = "write # the store's lease and its records, where there is no server"
# Levels with their reasons, by stage; a test holds them to the workflows themselves.
PERMISSIONS: dict[str, dict[str, str]] = {
    "develop": {"contents": _LEASE},
    "integrate": {"contents": "read"},
    "comment": {
        "actions": "read # the answer of the other run",
        "checks": "write # a check run with the lines that something is said of",
        "contents": "read",
        "pull-requests": "write # one comment, kept up to date",
    },
    "deliver": {
        "actions": "read # who approved this run",
        "contents": _LEASE,
        "deployments": "write # what is on which target",
    },
    "trigger": {"contents": _LEASE},
    "release": {"contents": _LEASE, "deployments": "write # what is released where"},
    "monitor": {"contents": _LEASE, "issues": "write # one issue, where people have to look"},
    "loop": {
        "actions": "read # who approved this run",
        "contents": _LEASE,
        "deployments": "write # what is on which target",
        "issues": "write # one issue, where people have to look",
    },
}
ACTING = ("deliver", "trigger", "release", "monitor", "loop")
# Those that need a commit of the base branch, or a package's own.
NEED_HISTORY = ("develop", "integrate", "deliver", "trigger", "release")
_CALL = re.compile(r"(?:[\w.-]+/mlops-ext|\.)/\.github/workflows/(?P<stage>\w+)\.ya?ml(?:@|$)")
_ACTION = re.compile(r"(?:[\w.-]+/mlops-ext|\.)/github-actions/(?P<stage>\w+)(?:@|$)")
_COMMAND = re.compile(r"(?:^|[\s;&|/])mlops-ext +(?P<stage>\w+)")
_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-")


class Call(NamedTuple):
    """A job that calls a stage's workflow (`step` is None), or a step that runs its action or command."""

    stage: str
    workflow: Workflow
    job: Job
    step: Step | None = None

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.step.line if self.step else self.job.line

    @property
    def name(self) -> str:
        """`job deliver`, as findings begin."""
        return f"job {self.job.name.split()[0]}"

    @property
    def project(self) -> str:
        """The project's folder that it is about, "" for the top."""
        inputs = self.step.inputs if self.step else self.job.inputs
        return joined("", str(inputs.get("project") or ""))

    @property
    def hosted(self) -> bool:
        """Whether it runs on one of GitHub's machines, which is gone afterwards."""
        if self.step:
            return any(_HOSTED.match(label) for label in self.job.runs_on)
        said = str(self.job.inputs.get("runs-on") or "ubuntu-")
        return bool(_HOSTED.search(said))

    @property
    def pulled(self) -> bool:
        """Whether a pull request starts it."""
        return bool(self.workflow.started & {"pull_request", "pull_request_target"})

    def given(self) -> str:
        """All that its environment may come from, as one text."""
        inputs: list[Any] = [self.job.env, self.job.inputs, self.job.secrets]
        inputs += [self.step.env, self.step.inputs] if self.step else []
        return "\n".join(f"{path}={word}" for one in inputs if one for path, word in words(one))


def own_calls(look: Look) -> Iterator[Call]:
    """Those about the project that is looked at, whose remote and settings are known."""
    return (call for call in calls(look) if call.project == look.tree.project)


def stage_of(uses: str) -> str:
    """The stage whose workflow, or whose action, a `uses:` names; empty for anything else."""
    found = _CALL.match(uses) or _ACTION.match(uses)
    return found["stage"] if found and found["stage"] in PERMISSIONS else ""


def calls(look: Look) -> Iterator[Call]:
    """Every one of the repository's workflows, composite actions aside."""
    for workflow in look.workflows.all:
        if "workflow_call" in workflow.started:
            continue
        for job in workflow.jobs:
            if stage_of(job.uses):
                yield Call(stage_of(job.uses), workflow, job)
            for step in job.steps:
                stage = stage_of(step.uses) or _asked(str(step.run or ""))
                if stage:
                    yield Call(stage, workflow, job, step)


def _asked(command: str) -> str:
    found = _COMMAND.search(command)
    return found["stage"] if found and found["stage"] in PERMISSIONS else ""
