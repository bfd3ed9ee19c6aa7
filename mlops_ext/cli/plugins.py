"""`mlops-ext plugins`."""

from __future__ import annotations

from typing import Any

import click

from mlops_ext.cli.options import common


@click.command(
    "plugins", help="Show the plugins: which are named and asked, which are broken, which are only installed."
)
@common
def command(form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Load the named plugins only; the others are listed without being imported."""
    from pathlib import Path

    from mlops_ext import discovery, registry
    from mlops_ext.errors import UsageError
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump
    from mlops_ext.settings.find import find_settings
    from mlops_ext.settings.load import load_settings

    try:
        settings = load_settings(find_settings((given["project"] or Path.cwd()).absolute()))
        named, picks = settings.plugins, dict(settings.roles)
    except UsageError:
        named, picks = (), {}
    found = registry.build(tuple(named), picks)
    rows = [_row(row) for row in found.rows]
    rows += [
        {"name": entry.name, "label": entry.label, "state": "installed, not named"} for entry in found.unnamed
    ]
    twice = [
        name
        for name in sorted({e.name for e in discovery.find_plugins()})
        if sum(e.name == name for e in found.unnamed) > 1
    ]
    if form == "json":
        click.echo(dump(rows))
        return 0
    for row in rows:
        click.echo(clean(f"{row['state']:<22} {row['label']:<44} {row.get('offers', '')}".rstrip()))
        if row.get("error"):
            click.echo(clean(f"{'':<22} {row['error']}\n{'':<22} {row['hint']}"))
    for name in twice:
        click.echo(f"two distributions have a plugin `{name}`: uninstall one before it is named")
    return 0


def _row(row: Any) -> dict[str, str]:
    if row.error:
        return {"name": row.name, "label": row.label, "state": "broken", "error": row.error, "hint": row.hint}
    offers = ", ".join((*row.plugin.roles, *(f"kind {kind}" for kind in row.plugin.kinds)))
    return {
        "name": row.name,
        "label": row.label,
        "state": "asked",
        "offers": offers,
        "hooks": ", ".join(row.hooks),
    }
