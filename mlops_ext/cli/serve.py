"""`mlops-ext serve`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common, open_from


@click.command(
    "serve", help="Serve a model on TARGET in the foreground: for systemd, a container, or the supervisor."
)
@click.argument("target")
@click.option("--model", default="", help="The model, where the settings name several.")
@common
def command(target: str, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Hand over to the plugin that declares the kind of the service."""
    from dataclasses import replace

    session, _ = open_from(given)
    model = session.model()
    place = session.target(target, service_of=model)
    context = replace(session.context, model=model, deadline=float("inf"))
    session.dispatcher.ask_kind("mlops_serve", place.kind, context=context, target=place)
    return 0
