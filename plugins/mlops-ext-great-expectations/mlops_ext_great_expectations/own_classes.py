"""Expectation classes that the team wrote, in `plugins/` of its GX folder: GX knows them once imported."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from mlops_ext.errors import CouldNotTellError
from mlops_ext_great_expectations.request import own_files


def load(folder: Path, shown: str) -> None:
    """Import every file; one that can't be imported is "could not tell"."""
    plugins = folder / "plugins"
    if not plugins.is_dir():
        return
    sys.path.insert(0, str(plugins))
    for file in own_files(folder):
        name = ".".join(file.relative_to(plugins).with_suffix("").parts)
        try:
            importlib.import_module(name)
        except Exception as error:
            missing = (
                f"install {error.name} beside mlops-ext" if isinstance(error, ModuleNotFoundError) else ""
            )
            raise CouldNotTellError(
                f"the team's {file.name} can't be imported: {type(error).__name__}: {error}",
                where=f"{shown}/{file.relative_to(folder)}",
                hint=missing or "correct it, or move what is no expectation out of plugins/",
            ) from error
