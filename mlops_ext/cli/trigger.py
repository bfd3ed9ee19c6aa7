"""`mlops-ext trigger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command("trigger", help="Run the deployed pipeline for a cause, and register the model it trains.")
@click.option(
    "--target", default="", help="Where the pipeline is deployed; by default what the settings name."
)
@click.option("--demand", default="", metavar="WHY", help="Run now, for this reason.")
@stage
def command(session: Session, target: str, demand: str) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.trigger import trigger

    return trigger(session, target_name=target, demand=demand)
