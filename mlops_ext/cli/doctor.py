"""`mlops-ext doctor`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from mlops_ext.cli.options import common, show


@click.command(
    "doctor",
    help="Look for what is missing on this machine, and for faults in the repository. Nothing of it is run.",
)
@common
def command(form: str, verbose: bool, debug: bool, project: Path | None) -> int:
    """Needs no settings; findings of severity critical make it end with 1."""
    from mlops_ext.doctor.diagnose import diagnose
    from mlops_ext.output.progress import Progress
    from mlops_ext.session import Options

    started, progress = time.monotonic(), Progress()
    try:
        outcome = diagnose(Options(project=project, say=progress, tell=progress.tell))
    finally:
        progress.end()
    return show(replace(outcome, seconds=time.monotonic() - started), form, verbose)
