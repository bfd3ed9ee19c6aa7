"""`mlops-ext comment`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlops_ext.cli.options import common, open_from

if TYPE_CHECKING:
    from mlops_ext.comment.told import Job
    from mlops_ext.contract.review import Posted, Review
    from mlops_ext.session import Session


@click.command(
    "comment",
    help="Say on a pull request what a stage answered: one comment, edited in place, and remarks on lines.",
)
@click.option(
    "--answer",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that the stage left with --save.",
)
@click.option(
    "--change", required=True, type=click.IntRange(1, 10**9), help="The number of the pull request."
)
@click.option("--commit", required=True, help="Its newest commit, as the event names it.")
@click.option("--conclusion", default="", metavar="WORD", help="How the job ended, as the event says.")
@click.option("--report", default="", metavar="URL", help="Where the full report is.")
@click.option(
    "--name", default="", metavar="WORD", help="Tells this comment from others of a matrix of jobs."
)
@click.option("--dry-run", is_flag=True, help="Print the comment, show it to nobody.")
@common
def command(answer: Path, form: str, verbose: bool, debug: bool, **given: Any) -> int:
    """Show the review; 0 says that it was, or may not be shown, whatever it says."""
    job = _job(given)
    session, progress = open_from(given)
    try:
        review = _review(session, answer, job)
        if session.options.dry_run:
            click.echo(review.body, nl=False)
            return 0
        posted = _post(session, review)
    finally:
        progress.end()
    _show(review, posted, form)
    return 0


def _job(given: dict[str, Any]) -> Job:
    """What the event says, in forms that can neither name an option nor end a link."""
    from mlops_ext.comment.objects import is_commit
    from mlops_ext.comment.told import Job
    from mlops_ext.errors import UsageError

    commit, report = given.pop("commit").strip().lower(), given.pop("report").strip()
    if not is_commit(commit):
        raise UsageError("the commit needs its full id", key="--commit", hint="40 or 64 hex digits")
    if report and not _is_address(report):
        raise UsageError("this is no address of a page", key="--report", hint="it begins with https://")
    server, name = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    site = f"{server.rstrip('/')}/{name}" if server and name else ""
    return Job(
        change=given.pop("change"),
        commit=commit,
        conclusion=given.pop("conclusion").strip(),
        report=report,
        name=given.pop("name").strip(),
        site=site if _is_address(site) else "",
    )


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not set(text) & set(" <>()[]\"'`\\|\n\r\t")


def _review(session: Session, folder: Path, job: Job) -> Review:
    from mlops_ext.comment.believed import believed
    from mlops_ext.comment.body import review

    return review(believed(session, folder, job))


def _post(session: Session, review: Review) -> Posted:
    """Ask the plugin that shows reviews; what it can't show is still in the summary of the step."""
    from mlops_ext.errors import MlopsExtError
    from mlops_ext.output.github import leave

    try:
        posted: Posted | None = session.dispatcher.ask_role(
            "mlops_post_review", context=session.context, review=review
        )
        if posted is None:
            raise session.registry.lacks("shows a review where the change is", "github")
    except MlopsExtError:
        leave((), review.summary)
        raise
    leave((("comment", posted.uri), ("how", posted.how)), review.summary if posted.how == "skipped" else "")
    return posted


def _show(review: Review, posted: Posted, form: str) -> None:
    from mlops_ext.output.machine import dump

    if form == "json":
        click.echo(dump(posted))
        return
    for line in _lines(review, posted, form):
        click.echo(line)


def _lines(review: Review, posted: Posted, form: str) -> Iterator[str]:
    from mlops_ext.output.clean import github_data, one_line

    yield one_line(f"comment {posted.how}: {posted.uri}".rstrip(": "))
    yield f"  says     {one_line(review.title)}"
    if posted.why:
        yield (
            f"::notice::{github_data(posted.why)}"
            if form == "github"
            else f"  note     {one_line(posted.why)}"
        )
