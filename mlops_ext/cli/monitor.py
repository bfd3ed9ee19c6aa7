"""`mlops-ext monitor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command("monitor", help="Compare a window of live data, and its labels, with the reference.")
@click.option("--target", default="", help="Where the service runs; by default what the settings name.")
@click.option("--as-of", default="", metavar="TIME", help="The end of the window, ISO 8601; by default now.")
@click.option("--html", is_flag=True, help="Draw the report for people also when all is well.")
@stage
def command(session: Session, target: str, as_of: str, html: bool) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.monitor import monitor

    return monitor(session, target_name=target, as_of=as_of, html=html)
