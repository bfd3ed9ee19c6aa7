"""Stores files as upload-artifact 4 and later do: common root stripped, hidden ones left out, once a name."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path


def main() -> int:
    """The exit code of the step."""
    name, missing = os.environ["NAME"], os.environ["MISSING"]
    if not name or set(name) & set('":<>|*?\r\n\\/'):
        return _say("error", f"The artifact name is not valid: {name}")
    patterns = [line.strip() for line in os.environ["PATHS"].splitlines() if line.strip()]
    if not patterns:
        return _say("error", "Input required and not supplied: path")
    files = sorted({file for pattern in patterns for file in _found(pattern)})
    if not files:
        _say({"warn": "warning", "ignore": "debug"}.get(missing, "error"), "No files were found")
        return int(missing == "error")
    return _store(Path(os.environ["STUB_ARTIFACTS"], name), files, _root(patterns, files))


def _store(place: Path, files: list[Path], root: Path) -> int:
    if place.exists() and os.environ["OVERWRITE"] != "true":
        return _say("error", f"Conflict: an artifact with this name already exists: {place.name}")
    shutil.rmtree(place, ignore_errors=True)
    for file in files:
        target = place / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    number = len(list(place.parent.iterdir()))
    server, repository = os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_REPOSITORY"]
    url = f"{server}/{repository}/actions/runs/{os.environ['GITHUB_RUN_ID']}/artifacts/{number}"
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"artifact-id={number}\nartifact-url={url}\n")
    return 0


def _found(pattern: str) -> Iterator[Path]:
    hidden = os.environ["HIDDEN"] == "true"
    for match in glob.glob(pattern, recursive=True, include_hidden=hidden):
        path = Path(match).absolute()
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            below = file.relative_to(path).parts if path.is_dir() else (path.name,)
            if file.is_file() and (hidden or not any(part.startswith(".") for part in below)):
                yield file


def _root(patterns: list[str], files: list[Path]) -> Path:
    """What is stripped: the folder that was named alone, else the longest folder all of it lies in."""
    alone = Path(patterns[0]).absolute()
    if len(patterns) == 1 and alone.is_dir():
        return alone
    return Path(os.path.commonpath([file.parent for file in files]))


def _say(level: str, text: str) -> int:
    print(f"::{level}::{text}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
