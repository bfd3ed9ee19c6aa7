"""`mlops-ext rollback`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command("rollback", help="Let the version serve again that served before.")
@click.option(
    "--to", "version", type=int, default=0, help="The version; by default the one that served before."
)
@click.option("--target", default="", help="Where the service runs; by default what the settings name.")
@stage
def command(session: Session, version: int, target: str) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.rollback import rollback

    return rollback(session, version=version, target_name=target)
