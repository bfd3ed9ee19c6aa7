"""`mlops-ext develop`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
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
    "--set",
    "sets",
    multiple=True,
    help="A parameter, name=value; several values, name=a,b, are a sweep. Commas in brackets or quotes"
    " belong to the value.",
)
@click.option(
    "--compare",
    default="",
    help="Compare in full with a Git revision, `champion`, or `baseline`; with --dry-run without running.",
)
@click.option("--sort", default="", help="The metric that orders a sweep; -NAME for the other direction.")
@click.option("--html", is_flag=True, help="Write the comparison and the sweep to .mlops-ext/develop.html.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write that page to this file instead."
)
@stage
def command(
    session: Session, sets: tuple[str, ...], compare: str, sort: str, html: bool, output: Path | None
) -> Outcome:
    """Ask the stage."""
    from mlops_ext.page.render import require_jinja
    from mlops_ext.stages.develop import develop

    if html or output:
        require_jinja()
    outcome = develop(session, sets, compare, sort)
    return _with_page(session, outcome, output) if html or output else outcome


def _with_page(session: Session, outcome: Outcome, output: Path | None) -> Outcome:
    from mlops_ext import durable
    from mlops_ext.page.develop import render

    path = output.absolute() if output else session.context.state / "develop.html"
    durable.write_text(path, render(session.context.project, outcome))
    return replace(outcome, products=(*outcome.products, ("report", session.context.relative(path))))
