"""`mlops-ext report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlops_ext.cli.options import common, open_from


@click.command("report", help="Write one page that answers whether all is well, and why this model serves.")
@click.option("--model", default="", help="The model, where the settings name several.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; by default .mlops-ext/report.html.",
)
@common
def command(output: Path | None, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Gather the facts and draw them."""
    from mlops_ext import durable
    from mlops_ext.page.facts import gather
    from mlops_ext.page.render import render

    session, progress = open_from(given)
    facts = gather(session, session.model())
    progress.end()
    path = output or session.context.state / "report.html"
    durable.write_text(path, render(facts))
    click.echo(f"{facts.answer}\n  page       {session.context.relative(path)}")
    return 0
