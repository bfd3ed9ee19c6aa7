"""Every shell text of a repository in one form: steps of CI, recipes of make, `cmd` of DVC, shell scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from mlops_ext.findings.workflows import Workflows
from mlops_ext.reading import located
from mlops_ext.reading.located import mapping
from mlops_ext.reading.pipelines import Pipelines
from mlops_ext.reading.tree import Tree

_RECIPE = re.compile(r"^\t\s*([@+-]*)(.*)$")
_TARGET = re.compile(r"^([\w./%-]+(?:\s+[\w./%-]+)*)\s*::?(?!=)")
OTHER_CI = (".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".pre-commit-config.yaml")
_SHELL_KEYS = {"script", "before_script", "run", "bash", "command", "inlineScript", "entry"}
_NOT_SHELL = ("python", "pwsh", "powershell", "cmd", "node", "perl")


@dataclass(frozen=True, kw_only=True)
class Script:
    """Shell text and where it begins.

    `stops`: whether the first failing command ends it. `pipes`: whether a failure inside a pipe is seen.
    `forgiven`: whether what runs it ignores how it ends.
    """

    where: str
    file: str
    line: int
    text: str
    stops: bool = True
    pipes: bool = True
    forgiven: bool = False


def scripts(tree: Tree, pipelines: Pipelines, workflows: Workflows) -> Iterator[Script]:
    """All of them."""
    yield from _steps(workflows)
    yield from _stages(pipelines)
    for path in tree.files:
        name = PurePosixPath(path).name
        if name in ("Makefile", "makefile", "GNUmakefile") or name.endswith(".mk"):
            yield from recipes(path, tree.text(path) or "")
        elif name in OTHER_CI or path.endswith(".circleci/config.yml"):
            yield from _other_ci(path, tree.text(path) or "")
        elif name.startswith("Dockerfile") or name.endswith(".Dockerfile"):
            yield from _layers(path, tree.text(path) or "")
        elif name == "tox.ini":
            yield from _tox(path, tree.text(path) or "")
        elif name.endswith((".sh", ".bash")):
            text = tree.text(path) or ""
            stops = bool(
                re.search(r"^\s*set\s+-\w*e|^#!.*\s-\w*e|^\s*set\s+-o\s+errexit", text, re.MULTILINE)
            )
            yield Script(where=name, file=path, line=1, text=text, stops=stops, pipes="pipefail" in text)


def recipes(path: str, text: str) -> Iterator[Script]:
    """The lines of a Makefile's recipes; one that goes on with a backslash is one."""
    target, lines = "", text.splitlines()
    number = 0
    while number < len(lines):
        line, start = lines[number], number
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line += "\n" + lines[number]
        number += 1
        recipe = (
            _RECIPE.match(line) if "\n" not in line else re.match(r"^\t\s*([@+-]*)(.*)$", line, re.DOTALL)
        )
        if recipe:
            yield Script(
                where=f"make {target}",
                file=path,
                line=start + 1,
                text=recipe[2].replace("$$", "$"),
                stops=False,
                pipes=False,
                forgiven="-" in recipe[1],
            )
        elif found := _TARGET.match(line):
            target = found[1]


def _steps(workflows: Workflows) -> Iterator[Script]:
    for workflow in workflows.all:
        for job in workflow.jobs:
            for step in job.steps:
                if step.run is not None and not step.shell.startswith(_NOT_SHELL):
                    # Without `shell: bash` GitHub runs `bash -e`, which does not see a failure inside a pipe.
                    yield Script(
                        where=step.name or step.id or f"job {job.name.split()[0]}",
                        file=workflow.file,
                        line=step.run.line,
                        text=step.run,
                        stops=not step.shell or "{0}" not in step.shell or " -e" in step.shell,
                        pipes=step.shell == "bash" or "pipefail" in step.shell or "pipefail" in step.run,
                    )


def _stages(pipelines: Pipelines) -> Iterator[Script]:
    seen: set[tuple[str, int]] = set()
    for stage in pipelines.stages:
        for command in stage.commands:
            if (stage.file, command.line) not in seen:
                seen.add((stage.file, command.line))
                stops = bool(re.search(r"\bset -\w*e", command))
                yield Script(
                    where=f"stage {stage.name}",
                    file=stage.file,
                    line=command.line,
                    text=command,
                    stops=stops,
                    pipes="pipefail" in command,
                )


def _layers(path: str, text: str) -> Iterator[Script]:
    """What a Dockerfile runs while the image is built."""
    for found in re.finditer(r"^RUN\s+((?:.*\\\n)*.*)$", text, re.MULTILINE):
        line = text.count("\n", 0, found.start()) + 1
        yield Script(where="RUN", file=path, line=line, text=found[1])


def _tox(path: str, text: str) -> Iterator[Script]:
    """Commands of tox; a dash before one says that it may fail."""
    for found in re.finditer(
        r"^(?:commands\s*=|\s)[ \t]*(-?)[ \t]*(pytest|python|coverage|dvc)\b(.*)$", text, re.MULTILINE
    ):
        line = text.count("\n", 0, found.start(2)) + 1
        yield Script(where="tox", file=path, line=line, text=found[2] + found[3], forgiven=bool(found[1]))


def _other_ci(path: str, text: str) -> Iterator[Script]:
    """GitLab, Azure, CircleCI, Bitbucket: what stands under a key that says it is shell."""
    try:
        content = located.load(text)
    except located.NotYamlError:
        return
    forgiven = {job for job, body in mapping(content).items() if _allowed(mapping(body))}
    for key, command in located.words(content):
        names = key.split(".")
        if _SHELL_KEYS & set(names[-2:]):
            yield Script(
                where=f"job {names[0] if path.endswith('gitlab-ci.yml') else PurePosixPath(path).name}",
                file=path,
                line=command.line,
                text=command,
                forgiven=names[0] in forgiven,
            )


def _allowed(body: dict[Any, Any]) -> bool:
    return str(body.get("allow_failure") or "").lower() == "true"
