"""`mlops-ext status`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from mlops_ext.cli.options import common, open_to_read

if TYPE_CHECKING:
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.overview import Place


@click.command(
    "status", help="Show what is deployed, what serves, what each stage said last, and what is unfinished."
)
@common
def command(form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Look at every target, and read the newest records."""
    from mlops_ext import overview
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump

    session, progress = open_to_read(given)
    places = list(overview.places(session))
    newest = overview.newest(session)
    unfinished = overview.unfinished(session)
    progress.end()
    if form == "json":
        records = {stage: stored.digest if stored else "" for stage, stored in newest.items()}
        click.echo(
            dump(
                {
                    "targets": [vars(p) for p in places],
                    "records": records,
                    "unfinished": [s.digest for s in unfinished],
                }
            )
        )
        return 0
    for line in _lines(places, newest, unfinished):
        click.echo(clean(line))
    return 0


def _lines(
    places: list[Place], newest: dict[str, StoredRecord | None], unfinished: list[StoredRecord]
) -> Iterator[str]:
    for place in places:
        there = f"{place.status:<10} {place.subject}  {place.where}".rstrip()
        yield f"{place.target:<16} {place.what:<24} {there}"
    yield ""
    for stage, stored in newest.items():
        record = stored.record if stored else None
        said = f"{record.verdict:<8} {record.ended[:19]}  {record.summary}" if record else "never"
        yield f"{stage:<16} {said}"
    for stored in unfinished:
        record = stored.record
        yield f"\nunfinished       {record.stage}: {record.summary}, begun {record.started[:19]}"
        yield f"                 mlops-ext {record.stage} finishes it"
