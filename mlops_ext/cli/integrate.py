"""`mlops-ext integrate`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_ext.cli.options import show, stage

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome


def unless_untouched(run: Callable[..., int]) -> Callable[..., int]:
    """Before a commit nobody waits for an answer that the commit can't change."""

    @wraps(run)
    def first(**given: Any) -> int:
        more = given["save"] or given["html"] or given["pull"]
        outcome = _nothing_to_check(**given) if given["staged"] and given["only"] and not more else None
        return show(outcome, given["form"], given["verbose"]) if outcome else run(**given)

    return first


def _nothing_to_check(project: Path | None, only: tuple[str, ...], **_: Any) -> Outcome | None:
    from mlops_ext import git
    from mlops_ext.stages.touched import untouched

    started, said = time.monotonic(), git.by_folder()
    try:
        found = untouched((project or Path.cwd()).resolve(), said.get("GIT_INDEX_FILE", ""), only)
    finally:
        # The stage itself is told by them, too.
        os.environ.update(said)
    return found and replace(found, seconds=time.monotonic() - started)


@click.command(
    "integrate",
    help="Test a revision: settings, pipeline, tables, tests, training. What passes is packaged.",
)
@click.option(
    "--only",
    multiple=True,
    help="Ask only this question: settings, pipeline, data, tests, training, sample.",
)
@click.option(
    "--staged",
    is_flag=True,
    help="Ask of what is staged, not of the workspace. Makes no record and no package.",
)
@click.option(
    "--pull",
    is_flag=True,
    help="Bring the data first that the workspace names, from where the team keeps it.",
)
@click.option("--html", is_flag=True, help="Draw a page of the answer: .mlops-ext/integrate.html.")
@unless_untouched
@stage
def command(session: Session, only: tuple[str, ...], pull: bool, html: bool) -> Outcome:
    """Ask the stage, and draw what its record says."""
    from mlops_ext.errors import UsageError
    from mlops_ext.stages.integrate import integrate

    if pull and session.options.staged:
        raise UsageError("--pull writes into the workspace, --staged leaves it alone", hint="leave one out")
    if not html:
        return integrate(session, only, pull)
    from mlops_ext.page.render import require_jinja
    from mlops_ext.page.stage import drawn

    if only or session.options.dry_run or session.options.staged:
        what = "--html draws a record, and a part, a dry run or --staged leaves none"
        raise UsageError(what, hint="leave one out")
    require_jinja()
    return drawn(session, integrate(session, pull=pull))
