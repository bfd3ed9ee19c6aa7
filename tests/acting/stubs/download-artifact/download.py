"""Fetches what upload.py stored: one by name into the folder itself, several into a folder each."""

from __future__ import annotations

import fnmatch
import os
import shutil
import sys
from pathlib import Path


def main() -> int:
    """The exit code of the step."""
    name, target = os.environ["NAME"], Path(os.environ["TARGET"]).absolute()
    if os.environ["RUN"] != os.environ["GITHUB_RUN_ID"] and not os.environ["TOKEN"]:
        return _fail("Artifacts of another run need github-token")
    store = Path(os.environ["STUB_ARTIFACTS"])
    wanted = [place for place in sorted(store.glob("*")) if _is_wanted(place.name, name)]
    if name and not wanted:
        return _fail(f"Unable to download artifact(s): Artifact not found for name: {name}")
    flat = bool(name) or os.environ["MERGE"] == "true"
    for place in wanted:
        shutil.copytree(place, target if flat else target / place.name, dirs_exist_ok=True)
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"download-path={target}\n")
    return 0


def _is_wanted(artifact: str, name: str) -> bool:
    return artifact == name if name else fnmatch.fnmatchcase(artifact, os.environ["PATTERN"] or "*")


def _fail(text: str) -> int:
    print(f"::error::{text}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
