"""`mlops-ext approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command("approve", help="Say yes to a tested package for TARGET.")
@click.argument("target")
@click.option("--package", default="", help="The digest of a tested package; by default that of HEAD.")
@click.option("--note", default="", help="Why; it is kept in the record.")
@stage
def command(session: Session, target: str, package: str, note: str) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.approve import approve

    return approve(session, target, package, note)
