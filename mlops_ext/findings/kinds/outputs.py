"""A stage that declares an output which nothing in its scripts could write.

Said only where everything is seen: all that the stage runs is Python of this repository, each writing call
names a path that can be followed, and no package is imported that writes by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import relpath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.paths import UNKNOWN
from mlops_ext.findings.pipelines import Path, Stage
from mlops_ext.findings.stage_scripts import all_scripts_of
from mlops_ext.findings.writes import Written, writes_of
from mlops_ext.words import listed


def find(look: Look) -> Iterator[Finding]:
    """Stage by stage, output by output."""
    for stage in look.pipelines.stages:
        outs = [
            out for out in stage.outs if out.full and not re.match(r"^[a-zA-Z][\w+.-]+://|^/", out.written)
        ]
        scripts = all_scripts_of(look, stage) if outs else None
        if not scripts:
            continue
        written = [one for path in scripts for one in writes_of(look, path)]
        if any(one.pattern == UNKNOWN and not one.empty for one in written):
            continue
        for out in outs:
            if (
                not _may_be_folder(out, written)
                and not _named(out, stage)
                and not any(_makes(one, out, stage) for one in written)
            ):
                yield _finding(stage, out, scripts)


def _may_be_folder(out: Path, written: list[Written]) -> bool:
    """Whether the output may be one of the folders that are made somewhere."""
    return not PurePosixPath(out.full or "").suffix and any(one.pattern == UNKNOWN for one in written)


def _named(out: Path, stage: Stage) -> bool:
    """Whether the command itself names the output: then the script may get it as an argument."""
    name = PurePosixPath(out.full or "").name
    return any(name in command for command in stage.commands)


def _makes(one: Written, out: Path, stage: Stage) -> bool:
    """Whether a written path may be the output, lie in it, or be a folder around it."""
    place = relpath(out.full or "", stage.folder or ".")
    return any(_fits(one, path) for path in (place, f"/top/{place}"))


def _fits(one: Written, path: str) -> bool:
    # Where no ending is given, savefig, numpy.save and others add their own.
    ending = "" if "." in one.plain.rpartition("/")[2] else r"(?:\.\w+)*"
    if re.fullmatch(one.pattern + ending, path):
        return True
    absolute = one.plain.startswith("/") and f"{one.plain}/".find(f"/{path.strip('/')}/") >= 0
    inside = one.plain.startswith(f"{path}/") or absolute
    around = not (one.file or one.empty) and re.match(f"{one.pattern}/", path)
    # `{folder}/model.pkl` may lie in any folder, `models/{name}` may be any file there.
    loose = (one.open_start and f"/{path}/" in one.plain.replace("*", "/")) or (
        UNKNOWN in one.pattern and re.match(re.escape(path), one.plain.partition("*")[0])
    )
    return bool(inside or around or loose)


def _finding(stage: Stage, out: Path, scripts: list[str]) -> Finding:
    return Finding(
        rule="output-not-written",
        file=stage.file,
        line=out.written.line,
        message=f"stage {stage.name} declares {out.full}, and nothing in {listed(scripts)} can write it: "
        "DVC says `output does not exist`, or keeps an old file",
        hint="declare what the script writes, or write what is declared; paths begin where the stage runs",
    )
