"""`mlops-ext release`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command(
    "release", help="Judge a model version against the one that serves, and let it serve if it earns it."
)
@click.option("--version", type=int, default=0, help="The version to judge; by default the newest.")
@click.option("--target", default="", help="Where the service runs; by default what the settings name.")
@click.option("--judge", is_flag=True, help="Only judge, and keep the record that a later call serves by.")
@stage
def command(session: Session, version: int, target: str, judge: bool) -> Outcome:
    """Ask the stage."""
    from mlops_ext.stages.release import release

    return release(session, version=version, target_name=target, only_judge=judge)
