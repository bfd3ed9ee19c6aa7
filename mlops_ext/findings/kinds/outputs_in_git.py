"""Outputs that DVC keeps and Git tracks already: DVC refuses to run the stage (F21)."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.reading.pipelines import Path, Stage
from mlops_ext.words import plural


def find(look: Look) -> Iterator[Finding]:
    """Each output with `cache: true` that is a tracked file, or a folder with some."""
    said: set[tuple[str, int]] = set()
    for stage in look.pipelines.stages:
        for out in stage.outs:
            inside = [path for path in look.tree.known if out.cached and _lies_in(path, out.full)]
            if inside and (stage.file, out.written.line) not in said:
                said.add((stage.file, out.written.line))
                yield _finding(stage, out, len(inside))


def _finding(stage: Stage, out: Path, files: int) -> Finding:
    return Finding(
        rule="output-in-git",
        file=stage.file,
        line=out.written.line,
        message=f"stage {stage.name}: Git tracks {out.full} ({plural(files, 'file')}), so DVC refuses: "
        "output is already tracked by SCM",
        hint=f"git rm -r --cached {out.full}, and commit; or say `cache: false` where Git should keep it",
    )


def _lies_in(path: str, full: str | None) -> bool:
    return bool(full) and (path == full or path.startswith(f"{full}/"))
