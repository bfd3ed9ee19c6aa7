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
from mlops_ext.findings.stage_scripts import all_scripts_of
from mlops_ext.findings.writes import Written, writes_of
from mlops_ext.reading.pipelines import Path, Stage
from mlops_ext.words import listed

_ELSEWHERE = re.compile(r"[a-zA-Z][\w+.-]+://|/")


def find(look: Look) -> Iterator[Finding]:
    """Stage by stage, output by output."""
    for stage in look.pipelines.stages:
        outs = [out for out in stage.outs if out.full and not _ELSEWHERE.match(out.written)]
        scripts = all_scripts_of(look, stage) if outs else None
        written = [one for path in scripts or () for one in writes_of(look, path)]
        if scripts and not any(one.pattern == UNKNOWN and not one.empty for one in written):
            for out in outs:
                if not _may_be_made(out, stage, written):
                    yield _finding(stage, out, scripts)


def _may_be_made(out: Path, stage: Stage, written: list[Written]) -> bool:
    return (
        _may_be_folder(out, written) or _named(out, stage) or any(_makes(one, out, stage) for one in written)
    )


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
    same = re.fullmatch(one.pattern + ending, path)
    inside = one.plain.startswith(f"{path}/")
    around = not (one.file or one.empty) and re.match(f"{one.pattern}/", path)
    absolute = one.plain.startswith("/") and f"/{path.strip('/')}/" in f"{one.plain}/"
    return bool(same or inside or around or absolute or _fits_loosely(one, path))


def _fits_loosely(one: Written, path: str) -> bool:
    """`{folder}/out/a` may lie in any `out`, and what begins as the output does may be in it."""
    below = one.open_start and f"/{path}/" in one.plain.replace("*", "/")
    return below or (UNKNOWN in one.pattern and one.plain.partition("*")[0].startswith(path))


def _finding(stage: Stage, out: Path, scripts: list[str]) -> Finding:
    return Finding(
        rule="output-not-written",
        file=stage.file,
        line=out.written.line,
        message=f"stage {stage.name} declares {out.full}, and nothing in {listed(scripts)} can write it: "
        "DVC says `output does not exist`, or keeps an old file",
        hint="declare what the script writes, or write what is declared; paths begin where the stage runs",
    )
