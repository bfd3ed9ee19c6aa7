"""`mlops-ext doctor`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common, open_from, show


@click.command(
    "doctor", help="Look for what is missing: plugins, tools that don't import, stores that don't answer."
)
@common
def command(form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Examine, and fold what was found like any stage."""
    from mlops_ext.doctor import examine
    from mlops_ext.stages.work import Work

    session, progress = open_from(given)
    work = Work(session=session, stage="doctor")
    work.add(examine(session))
    progress.end()
    found = sum(len(report.checks) for report in work.reports)
    return show(work.close(f"{found} things looked at", save=False), form, verbose)
