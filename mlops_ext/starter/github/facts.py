"""What callers are written from: the branch, Python, requirements, and what the settings name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_ext import git
from mlops_ext.discover.models import slug
from mlops_ext.findings.called import ACTING, calls, own_calls
from mlops_ext.findings.look import Look
from mlops_ext.process import run
from mlops_ext.reading.storage import default_remote
from mlops_ext.reading.tree import Tree
from mlops_ext.settings.load import load_settings
from mlops_ext.starter.github.callers import ALL
from mlops_ext.starter.github.pythons import python_of
from mlops_ext.starter.github.required import requirements_of
from mlops_ext.starter.github.variables import remarks, variables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.settings import Settings
    from mlops_ext.findings.workflows import Workflow
    from mlops_ext.settings.find import SettingsFile


@dataclass(frozen=True)
class Facts:
    """`folder` is the project's, from the top of the repository on; empty texts were not found.

    `called` are the stages that the team's own workflows call already; `twin` ends the names of callers
    where another project of the repository has the plain ones.
    """

    branch: str
    folder: str
    python: str
    requirements: str
    variables: dict[str, str]
    settings: Settings
    called: dict[str, Workflow]
    twin: str
    remarks: tuple[str, ...]

    def said(self) -> Iterator[str]:
        """A line for each fact that the callers depend on."""
        yield f"default branch: {self.branch}"
        if self.python:
            yield f"Python of the workflows: {self.python}"
        if self.requirements:
            yield f"requirements of the project environment: {self.requirements}"
        if self.variables:
            yield f"variables for workflows: {', '.join(self.variables)}"


def facts(file: SettingsFile) -> Facts:
    """Facts of the repository of these settings, which may not be written yet."""
    look = Look(Tree(file.root))
    settings = load_settings(file)
    python, older = python_of(look.tree)
    twin = _twin(look)
    requirements, unmade = requirements_of(look.tree, settings.lock)
    remote = default_remote(look.tree)
    tracks = bool(look.pipelines.pointers or any(stage.outs for stage in look.pipelines.stages))
    return Facts(
        branch=branch_of(file, settings.base),
        folder=look.tree.project,
        python=python,
        requirements=requirements,
        variables=variables(look, _tracking(file)),
        settings=settings,
        called=_called(look, twin),
        twin=twin,
        remarks=(*older, *unmade, *remarks(remote, tracks)),
    )


def _called(look: Look, twin: str) -> dict[str, Workflow]:
    written = {caller.path_of(twin) for caller in ALL}
    found = {call.stage: call.workflow for call in own_calls(look) if call.workflow.file not in written}
    return {stage: found["loop"] for stage in ACTING if "loop" in found} | found


def _twin(look: Look) -> str:
    ours = [call for call in calls(look) if call.workflow.file in {caller.path for caller in ALL}]
    if all(call.project == look.tree.project for call in ours):
        return ""
    return "-" + slug(look.tree.project or "top")


def branch_of(file: SettingsFile, base: str) -> str:
    """The protected branch: that of the settings, the remote's default, else the one that is here."""
    found = git.find_base(file.root, base).removeprefix("origin/") or base
    return found or run(["git", "symbolic-ref", "--short", "HEAD"], cwd=file.root).stdout.strip() or "main"


def _tracking(file: SettingsFile) -> str:
    mlflow = file.table.get("mlflow")
    uri = mlflow.get("tracking_uri") if isinstance(mlflow, dict) else ""
    return uri if isinstance(uri, str) and re.match(r"https?://", uri) else ""
