"""`mlops-ext guard`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from mlops_ext.cli.options import common, show


@click.command(
    "guard",
    help="Refuse data that DVC keeps, and secrets, in what is staged; without that, in the last commit.",
)
@common
def command(form: str, verbose: bool, debug: bool, project: Path | None) -> int:
    """Needs no settings and no plugin."""
    from mlops_ext import git
    from mlops_ext.guard.ask import ask

    started, index = time.monotonic(), git.by_folder().get("GIT_INDEX_FILE", "")
    outcome = ask((project or Path.cwd()).resolve(), index)
    return show(replace(outcome, seconds=time.monotonic() - started), form, verbose)
