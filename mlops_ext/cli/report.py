"""`mlops-ext report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_ext.cli.options import common, open_to_read, show

if TYPE_CHECKING:
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.session import Session


@click.command(
    "report",
    help="Write one page that answers whether all is well and why this model serves, or a page of a record.",
)
@click.option("--model", default="", help="The model, where the settings name several.")
@click.option("--record", default="", metavar="DIGEST", help="Show this record: eight digits or more.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file; by default .mlops-ext/report.html, of a record .mlops-ext/<its digest>.html.",
)
@common
def command(record: str, output: Path | None, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Draw what is known; 0 says that it was drawn, whatever it shows."""
    session, progress = open_to_read(given)
    try:
        if record:
            _draw_record(session, record, output, form, verbose)
        else:
            _draw_project(session, output)
    finally:
        progress.end()
    return 0


def _draw_record(session: Session, digest: str, output: Path | None, form: str, verbose: bool) -> None:
    """The same screen that the stage showed, and its page."""
    from dataclasses import replace

    from mlops_ext import durable
    from mlops_ext.page.stage import page
    from mlops_ext.stages.work import outcome_of

    stored = _find(session, digest)
    path = output or session.context.state / f"{stored.digest[:12]}.html"
    durable.write_text(path, page(stored))
    outcome = outcome_of(stored)
    products = (*outcome.products, ("report", session.context.relative(path)))
    show(replace(outcome, products=products), form, verbose)


def _find(session: Session, digest: str) -> StoredRecord:
    from mlops_ext.contract.records import RECORD
    from mlops_ext.errors import UsageError

    stored = session.book.get(digest) if len(digest) >= 8 else None
    if stored is None or stored.record.phase != RECORD:
        what = f"no record `{digest}`" if stored is None else f"{digest} is an intent, not yet a record"
        raise UsageError(what, hint="a stage names its record; eight digits or more are enough")
    return stored


def _draw_project(session: Session, output: Path | None) -> None:
    from mlops_ext import durable
    from mlops_ext.page.facts import gather
    from mlops_ext.page.render import render

    facts = gather(session, session.model())
    path = output or session.context.state / "report.html"
    durable.write_text(path, render(facts))
    click.echo(f"{facts.answer}\n  page       {session.context.relative(path)}")
