"""`mlops-ext settings`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("settings", help="Show every setting with its value and where it comes from.")
@click.option("--project", type=click.Path(file_okay=False, path_type=Path), help="The project's folder.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema instead.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(project: Path | None, schema: bool, debug: bool) -> int:
    """Read the settings strictly, and print them."""
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump
    from mlops_ext.settings import show
    from mlops_ext.settings.find import find_settings
    from mlops_ext.settings.load import load_settings

    if schema:
        click.echo(dump(show.schema()))
        return 0
    file = find_settings((project or Path.cwd()).absolute())
    for key, value, source in show.rows(load_settings(file), file):
        click.echo(clean(f"{key:<48} {value:<32} {source}"))
    return 0
