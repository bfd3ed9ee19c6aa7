"""`mlops-ext why`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common, open_to_read

MARK = {"verified": "ok", "unreachable": "??", "BROKEN": "BROKEN"}


@click.command(
    "why", help="Show why SELECTOR (by default MODEL@champion) serves: every link down to the data's hashes."
)
@click.argument("selector", default="")
@click.option("--model", default="", help="The model, where the settings name several.")
@common
def command(selector: str, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Walk the chain and look at every link."""
    from mlops_ext.lineage import chain, worst
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump

    session, progress = open_to_read(given)
    try:
        links = chain(session, selector or f"{session.model()}@champion")
    finally:
        progress.end()
    if form == "json":
        click.echo(dump([vars(link) for link in links]))
        return worst(links)
    for link in links:
        click.echo(
            clean(f"{MARK[link.state]:<7} {link.kind:<14} {'  ' * link.depth}{link.name}  {link.fact}")
        )
    ends = {0: "the chain is unbroken", 1: "the chain is BROKEN", 3: "not every link could be reached"}
    click.echo(f"\nwhy: {ends[worst(links)]}, {len(links)} links")
    return worst(links)
