"""`mlops-ext develop`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlops_ext.cli.options import stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


@click.command(
    "develop",
    help="Run the pipeline as one tracked run, and compare it with the champion and the base branch.",
)
@click.option(
    "--set", "sets", multiple=True, help="A parameter, name=value; several values, name=a,b, are a sweep."
)
@stage
def command(session: Session, sets: tuple[str, ...]) -> list[Outcome]:
    """Ask the stage."""
    from mlops_ext.stages.develop import develop

    return develop(session, sets)
