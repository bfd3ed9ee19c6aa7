"""A stage that waits for a file which nothing brings: not Git, no other stage, no `.dvc` file."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.reading.pipelines import Path, Stage
from mlops_ext.words import nearest

_ELSEWHERE = re.compile(r"^[a-zA-Z][\w+.-]+://|^[A-Za-z]:[\\/]|^[/~]|^\\\\")

_ANOTHER = re.compile(r"^[A-Za-z]:[\\/]|^\\\\|^/(?:home|Users|root)/|^~")


def find(look: Look) -> Iterator[Finding]:
    """What is not known is not said: a template that can't be filled in, or outputs that can't."""
    brought = look.pipelines.made | look.pipelines.tracked
    said: set[tuple[str, int]] = set()
    for stage in look.pipelines.stages if look.pipelines.complete else ():
        for dep in stage.deps:
            found = _judge(look, stage, dep, brought)
            if found and (stage.file, dep.written.line) not in said:
                said.add((stage.file, dep.written.line))
                yield found


def _judge(look: Look, stage: Stage, dep: Path, brought: frozenset[str]) -> Finding | None:
    if not dep.full:
        return None
    if _ANOTHER.match(dep.written) and not os.path.exists(dep.written):
        return _away(stage, dep)
    known = _ELSEWHERE.match(dep.written) or dep.full.startswith("..") or look.tree.holds(dep.full)
    return None if known or _brings(dep.full, brought) else _missing(look, stage, dep, brought)


def _away(stage: Stage, dep: Path) -> Finding:
    return Finding(
        rule="missing-dependency",
        file=stage.file,
        line=dep.written.line,
        message=f"stage {stage.name} depends on {dep.written}, a path on one machine's disk: "
        "`dvc repro` fails elsewhere",
        hint="dvc import-url it, or dvc add a copy in the repository",
    )


def _brings(path: str, brought: frozenset[str]) -> bool:
    """Whether an output is the path, lies in it, or is a folder around it."""
    return any(
        path == one or path.startswith(f"{one}/") or one.startswith(f"{path}/") or one == ""
        for one in brought
    )


def _alike(path: str, known: frozenset[str]) -> list[str]:
    """Paths in the same folder, or of the same name in another."""
    folder, name = posixpath.split(path)
    return [
        one for one in known if one.rpartition("/")[0] == folder or one.endswith(f"/{name}") or one == name
    ]


def _missing(look: Look, stage: Stage, dep: Path, brought: frozenset[str]) -> Finding:
    full = dep.full or ""
    here = (look.tree.top / full).exists()
    near = "" if here else nearest(full, _alike(full, look.tree.known | brought))
    what = "is here and neither in Git nor under DVC: in a clone" if here else "is not in the tree:"
    way = (
        f"dvc add {dep.written}, and commit {dep.written}.dvc"
        if here
        else "track it with dvc add, or take it out of deps"
    )
    return Finding(
        rule="missing-dependency",
        file=stage.file,
        line=dep.written.line,
        message=f"stage {stage.name} depends on {full}, which {what} `dvc repro` fails",
        hint=f"{near} Else {way}" if near else way,
    )
