"""The callers as data: what starts each, which stages it calls, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mlops_ext.findings.called import PERMISSIONS

OURS = ".github/workflows/mlops-ext-"
PLACE = ("project", "python-version", "project-requirements")


class Job(NamedTuple):
    """A call of one stage. `given` are inputs of its own, `{needed}` in them the id of the job it needs.

    `models` says whether the stage is asked for each model, `keys` whether it is given the variables.
    """

    stage: str
    inputs: tuple[str, ...] = PLACE
    given: Mapping[str, str] = {}
    more: tuple[str, ...] = ()
    needs: str = ""
    models: bool = False
    keys: bool = False

    @property
    def permissions(self) -> Mapping[str, str]:
        """What it may do: as much as the workflow that it calls asks for, and no more."""
        return PERMISSIONS[self.stage]


class Caller(NamedTuple):
    """One workflow of the team's: `on` is its block of YAML, `group` ends its concurrency group.

    In `on` stand `{branches}`, `{targets}`, and `{integrate}` for the workflow that the comment is about.
    """

    stage: str
    what: str
    on: str
    jobs: tuple[Job, ...]
    # What waits for a reviewer, or is asked for by hand, must not be dropped for what comes after it; the
    # called workflows have groups of their own.
    group: str = "${{ github.run_id }}"
    cancels: bool = False

    @property
    def path(self) -> str:
        """Its file, from the top of the repository on."""
        return self.path_of("")

    def path_of(self, twin: str) -> str:
        """The same where another project of the repository has that file."""
        return f"{OURS}{self.stage}{twin}.yml"


INTEGRATE = Caller(
    stage="integrate",
    what="a verdict on each pull request, without secrets",
    on="  pull_request:\n",
    jobs=(Job("integrate"),),
    group="${{ github.event.pull_request.number }}",
    cancels=True,
)
COMMENT = Caller(
    stage="comment",
    what="the verdict as a comment, written by the default branch's workflow",
    on="""\
  # zizmor: ignore[dangerous-triggers] it runs nothing of the pull request, whose answer is read as text
  workflow_run:
    workflows: [{integrate}]
    types: [completed]
""",
    jobs=(
        Job(
            "comment",
            inputs=("project", "python-version"),
            more=("if: github.event.workflow_run.event == 'pull_request'",),
        ),
    ),
    group="${{ github.event.workflow_run.head_repository.full_name }}"
    "-${{ github.event.workflow_run.head_branch }}",
    cancels=True,
)
DELIVER = Caller(
    stage="deliver",
    what="the pipeline to a target, by the branch or by hand",
    on="""\
  push:
    branches: [{branches}]
  workflow_dispatch:
    inputs:
      target: {description: where to, type: choice, options: [{targets}]}
""",
    jobs=(Job("deliver", given={"target": "{target}", "approve": "{approve}"}, keys=True),),
)
TRIGGER = Caller(
    stage="trigger",
    what="a run of the deployed pipeline where there is a cause, and the release of what it trained",
    on="""\
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:
    inputs:
      target: {description: where the pipeline is, type: choice, options: ['', {targets}]}
      demand: {description: run now for this reason, type: string}
  repository_dispatch:
    types: [mlops-ext-trigger]
""",
    jobs=(
        Job(
            "trigger",
            given={"target": "${{ inputs.target }}", "demand": "${{ inputs.demand }}"},
            models=True,
            keys=True,
        ),
        Job(
            "release",
            more=("if: needs.{needed}.outputs.model-version != ''",),
            needs="trigger",
            models=True,
            keys=True,
        ),
    ),
)
RELEASE = Caller(
    stage="release",
    what="the gates of a model version, by hand",
    on="""\
  workflow_dispatch:
    inputs:
      version: {description: empty takes the newest, type: string}
""",
    jobs=(Job("release", given={"version": "${{ inputs.version }}"}, models=True, keys=True),),
)
MONITOR = Caller(
    stage="monitor",
    what="the newest window of the prediction log, each day",
    on="  schedule:\n    - cron: '47 4 * * *'\n  workflow_dispatch:\n",
    jobs=(Job("monitor", models=True, keys=True),),
)
ALL = (INTEGRATE, COMMENT, DELIVER, TRIGGER, RELEASE, MONITOR)
