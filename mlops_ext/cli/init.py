"""`mlops-ext init`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mlops_ext.settings.find import SettingsFile
    from mlops_ext.starter.answer import InitResult
    from mlops_ext.starter.proposal import Proposal

SECONDS = 15.0


@click.command("init", help="Look at this repository, say what was found, and write settings after a yes.")
@click.option("--project", type=click.Path(file_okay=False, path_type=Path), help="The project's folder.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show, write nothing.")
@click.option("--github", is_flag=True, help="Write the workflows that call the stages on GitHub, too.")
@click.option("--seconds", type=float, default=SECONDS, show_default=True, help="How long to look at tables.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="How to print it."
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def command(
    project: Path | None, yes: bool, dry_run: bool, github: bool, seconds: float, form: str, debug: bool
) -> int:
    """Nothing that is there is overwritten; without a terminal and without --yes nothing is written."""
    from mlops_ext.discover.root import project_root
    from mlops_ext.output import init as output
    from mlops_ext.starter import answer
    from mlops_ext.starter.write import write

    start = (project or Path.cwd()).absolute()
    root = project_root(start)
    there = _settings(start, root)
    if there and not github:
        click.echo(output.show(answer.nothing_to_do(there), form))
        return 0
    proposal, said = _callers(there) if there else _look(root, seconds, github)
    asks = form == "text" and bool(said.files) and not (yes or dry_run) and sys.stdin.isatty()
    if asks:
        click.echo(output.show(said, form))
    if said.files and ((yes and not dry_run) or (asks and click.confirm("Write this?", default=False))):
        write(proposal)
        said = answer.written(said)
    click.echo(output.closing(said) if asks else output.show(said, form))
    return 0


def _settings(start: Path, root: Path) -> SettingsFile | None:
    """The nearest ones, at most those of the project's root."""
    from mlops_ext.settings.find import read_own, read_pyproject

    folders = [folder for folder in (start, *start.parents) if folder.is_relative_to(root)] or [root]
    return next((file for folder in folders if (file := read_own(folder) or read_pyproject(folder))), None)


def _callers(file: SettingsFile) -> tuple[Proposal, InitResult]:
    from mlops_ext.starter.answer import callers_result
    from mlops_ext.starter.github.propose import propose_callers
    from mlops_ext.starter.proposal import Proposal

    proposal = Proposal(file.root)
    facts = propose_callers(file, proposal)
    return proposal, callers_result(file, facts, proposal)


def _look(root: Path, seconds: float, github: bool) -> tuple[Proposal, InitResult]:
    from mlops_ext.discover.repository import look
    from mlops_ext.output.progress import Progress
    from mlops_ext.starter.answer import result
    from mlops_ext.starter.github.propose import propose_callers, proposed_settings
    from mlops_ext.starter.propose import propose

    progress = Progress()
    try:
        progress("looking at the repository")
        found = look(root)
        proposal = propose(found, seconds, progress, github=github)
        facts = propose_callers(proposed_settings(proposal, found.name), proposal) if github else None
    finally:
        progress.end()
    return proposal, result(found, proposal, facts)
