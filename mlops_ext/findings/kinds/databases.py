"""Databases and file stores in Git: known by their first bytes, since any file may be called x.db."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look

_TEST = re.compile(r"(?:^|/)(?:tests?|fixtures|testdata)/")
_RUN = re.compile(r"^(.*?)(?:mlruns|mlartifacts)/(?:[^/]+)/")


def find(look: Look) -> Iterator[Finding]:
    """What is tracked; a pointer of Git LFS is none."""
    for path in look.tree.tracked:
        kind = _kind(look, path)
        if kind:
            yield Finding(
                rule="committed-database",
                file=path,
                line=1,
                message=f"{_a(kind)} in Git: changes can't be merged, and each version stays for ever",
                hint=f"git rm --cached {path}, and add it to .gitignore; {_instead(path)}",
                severity="info" if _TEST.search(path) else "",
            )
    yield from _stores(look)


def _kind(look: Look, path: str) -> str:
    try:
        with (look.tree.top / path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return ""
    if head == b"SQLite format 3\0":
        return "SQLite database"
    return (
        "DuckDB database"
        if head[8:12] == b"DUCK"
        else "Access database"
        if head[4:15] == b"Standard Je"
        else ""
    )


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIOU" or kind.startswith("SQ") else f"a {kind}"


def _instead(path: str) -> str:
    name = PurePosixPath(path).name
    if "mlflow" in name:
        return "runs and models belong on a tracking server that all reach (MLFLOW_TRACKING_URI)"
    return "data belongs under DVC (dvc add), state on a server"


def _stores(look: Look) -> Iterator[Finding]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(look.tree.known):
        place = _RUN.match(path)
        if place and place[1] not in (".",):
            found[path[: place.end()].rstrip("/").rpartition("/")[0]].append(path)
    for folder, paths in found.items():
        if any(path.endswith(("meta.yaml", "MLmodel")) for path in paths) and paths[0] in look.tree.tracked:
            yield Finding(
                rule="committed-mlruns",
                file=paths[0],
                line=1,
                message=f"{folder}/ with {len(paths):,} files of MLflow runs is in Git: every run changes "
                "the tree, and MLflow since 3.13 refuses to start one in a folder where it finds them",
                hint=f"git rm -r --cached {folder}, and ignore it; `mlflow migrate-filestore` keeps the runs",
            )
