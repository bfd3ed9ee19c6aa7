"""`mlops-ext deliver`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command("deliver", help="Deploy a tested package on TARGET.")
@click.argument("target")
@click.option("--package", default="", help="The digest of a tested package; by default that of HEAD.")
@stage
def command(session: Session, target: str, package: str) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.deliver import deliver

    return deliver(session, target, package)
