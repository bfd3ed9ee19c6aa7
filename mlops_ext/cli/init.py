"""`mlops-ext init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init", help="Look at this repository, say what was found, and write settings after a yes.")
@click.option("--project", type=click.Path(file_okay=False, path_type=Path), help="The project's folder.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show, write nothing.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(project: Path | None, yes: bool, dry_run: bool, debug: bool) -> int:
    """Nothing that is there is overwritten: settings are added to pyproject.toml, or a new file is made."""
    from mlops_ext import durable
    from mlops_ext.discover import as_toml, look, place_for, project_root
    from mlops_ext.output.clean import clean

    root = project_root((project or Path.cwd()).absolute())
    found = look(root)
    file, table = place_for(root)
    text = as_toml(found, table)
    click.echo(clean("\n".join(f"found    {fact}" for fact in found.facts)))
    click.echo(clean(f"\n{'added to' if file.exists() else 'written to'} {file.name}:\n\n{text}"))
    if dry_run or not (yes or click.confirm("Write this?", default=False)):
        click.echo("nothing was written")
        return 0
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    durable.write_text(file, f"{before.rstrip()}\n\n{text}" if before else text)
    click.echo(f"wrote {file.name}; next: mlops-ext doctor, then mlops-ext integrate")
    return 0
