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
@stage
def command(session: Session) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.integrate import integrate

    return integrate(session)
