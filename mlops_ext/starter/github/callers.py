"""The callers as data: what starts each stage's workflow, what it may do, and which facts it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FOLDER = ".github/workflows"
PLACE = ("project", "python-version", "project-requirements")
READ = {"contents": "read"}


class Caller(NamedTuple):
    """One workflow of the team's: `on` is its block of YAML, `{branch}` in it the protected branch.

    `group` ends its concurrency group; `permissions` are levels with their reasons. `models` says whether
    the stage is asked for each model, `keys` whether it is given the variables.
    """

    stage: str
    what: str
    on: str
    group: str
    permissions: Mapping[str, str]
    inputs: tuple[str, ...] = PLACE
    more: tuple[str, ...] = ()
    cancels: bool = False
    models: bool = False
    keys: bool = False

    @property
    def path(self) -> str:
        """Its file, from the top of the repository on."""
        return f"{FOLDER}/mlops-ext-{self.stage}.yml"


INTEGRATE = Caller(
    stage="integrate",
    what="a verdict on each pull request, without secrets",
    on="  pull_request:\n",
    group="${{ github.event.pull_request.number }}",
    permissions=READ,
    cancels=True,
)
COMMENT = Caller(
    stage="comment",
    what="the verdict as a comment, written by the default branch's workflow",
    on="""\
  # zizmor: ignore[dangerous-triggers] it runs nothing of the pull request, whose answer is read as text
  workflow_run:
    workflows: [mlops-ext integrate]
    types: [completed]
""",
    group="${{ github.event.workflow_run.head_repository.full_name }}"
    "-${{ github.event.workflow_run.head_branch }}",
    permissions={
        "actions": "read # the answer of the other run",
        "checks": "write # a check run with the lines that something is said of",
        "contents": "read",
        "pull-requests": "write # one comment, kept up to date",
    },
    inputs=("project", "python-version"),
    more=("if: github.event.workflow_run.event == 'pull_request'", "cache-mode: none"),
    cancels=True,
)
DELIVER = Caller(
    stage="deliver",
    what="the pipeline to test from each branch, and further on from {branch}",
    on="  push:\n    branches: ['**']\n",
    group="${{ github.ref }}",
    permissions={
        "actions": "read # who approved the environment",
        "contents": "write # the store's lease, a ref",
        "deployments": "write # what was deployed where",
    },
    keys=True,
)
TRIGGER = Caller(
    stage="trigger",
    what="a run of the deployed pipeline where there is a cause, asked each day",
    on="""\
  schedule:
    - cron: '17 3 * * *'
  workflow_dispatch:
  repository_dispatch:
    types: [mlops-ext-trigger]
""",
    group="${{ github.ref }}",
    permissions={"contents": "write # the store's lease, a ref"},
    models=True,
    keys=True,
)
RELEASE = Caller(
    stage="release",
    what="the gates of a new model version",
    on="  workflow_dispatch:\n",
    group="${{ github.ref }}",
    permissions={
        "contents": "write # the store's lease, a ref",
        "deployments": "write # what was released where",
    },
    models=True,
    keys=True,
)
MONITOR = Caller(
    stage="monitor",
    what="the newest window of the prediction log, each day",
    on="  schedule:\n    - cron: '47 4 * * *'\n  workflow_dispatch:\n",
    group="${{ github.ref }}",
    permissions={
        "contents": "write # the store's lease, a ref, and the dispatch that asks for a run",
        "issues": "write # what people have to look at",
    },
    models=True,
    keys=True,
)
ALL = (INTEGRATE, COMMENT, DELIVER, TRIGGER, RELEASE, MONITOR)
