"""`mlops-ext stop`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common, open_from


@click.command("stop", help="Stop the service of a model on TARGET; alias and log stay as they are.")
@click.argument("target")
@click.option("--model", default="", help="The model, where the settings name several.")
@common
def command(target: str, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Look what is there, and let the plugin that deployed it end it."""
    import msgspec

    from mlops_ext.stages.deliver import observe

    session, progress = open_from(given)
    place = session.target(target, service_of=session.model())
    there = observe(session, place)
    if there is None:
        click.echo(f"nothing serves on {target}")
        return 0
    stopped = msgspec.structs.replace(there, status="stopped")
    session.dispatcher.ask_kind(
        "mlops_deploy", place.kind, context=session.context, subject=stopped, target=place
    )
    progress.end()
    click.echo(f"{there.subject.name} on {target} is stopped")
    return 0
