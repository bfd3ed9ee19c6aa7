"""A copy of the team's GX folder that a checkpoint may write into; all that lies beside it is linked.

GX stores results and pages in its folder, and paths in it are relative to it or to the project.
"""

from __future__ import annotations

import shutil
from pathlib import Path

LEFT_OUT = shutil.ignore_patterns("validations", "data_docs", "__pycache__")


def make(folder: Path, place: Path) -> Path:
    """The copy's folder, below a place that is thrown away."""
    around = place / "project"
    around.mkdir()
    for entry in folder.parent.iterdir():
        if entry != folder:
            (around / entry.name).symlink_to(entry)
    return Path(shutil.copytree(folder, around / folder.name, symlinks=True, ignore=LEFT_OUT))


def takes_frames(folder: Path) -> bool:
    """Whether a data source of the project takes frames that somebody hands it."""
    config = folder / "great_expectations.yml"
    return config.is_file() and "dataframe" in config.read_text(encoding="utf-8", errors="replace")
