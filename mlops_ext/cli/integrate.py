"""`mlops-ext integrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command(
    "integrate",
    help="Test a revision: settings, pipeline, tables, the team's tests. What passes is packaged.",
)
@click.option(
    "--only",
    multiple=True,
    help="Ask only this question: settings, pipeline, data, tests. Makes no record and no package.",
)
@stage
def command(session: Session, only: tuple[str, ...]) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.integrate import integrate

    return integrate(session, only)
