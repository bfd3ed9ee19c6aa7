"""`mlops-ext status`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common, open_from


@click.command("status", help="Show what is deployed, what serves, what each stage said last, and what is unfinished.")
@common
def command(form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Look at every target, and read the newest records."""
    from mlops_ext import overview
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump

    session, progress = open_from(given)
    places = list(overview.places(session))
    newest = overview.newest(session)
    unfinished = overview.unfinished(session)
    progress.end()
    if form == "json":
        records = {stage: stored.digest if stored else "" for stage, stored in newest.items()}
        click.echo(dump({"targets": [vars(p) for p in places], "records": records, "unfinished": [s.digest for s in unfinished]}))
        return 0
    for place in places:
        click.echo(clean(f"{place.target:<16} {place.what:<24} {place.status:<10} {place.subject}  {place.where}".rstrip()))
    click.echo("")
    for stage, stored in newest.items():
        said = f"{stored.record.verdict:<8} {stored.record.ended[:19]}  {stored.record.summary}" if stored else "never"
        click.echo(clean(f"{stage:<16} {said}"))
    for stored in unfinished:
        click.echo(clean(f"\nunfinished       {stored.record.stage}: {stored.record.summary}, begun {stored.record.started[:19]}"))
        click.echo(f"                 mlops-ext {stored.record.stage} finishes it")
    return 0
