"""Options that every command has, and how an outcome reaches the screen and the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mlops_ext.output.terminal import Style
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome

FORMATS = ("text", "json", "github")


def common(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command."""
    options = [
        click.option(
            "--project", type=click.Path(file_okay=False, path_type=Path), help="The project's folder."
        ),
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="text", help="How to print the outcome."
        ),
        click.option("--debug", is_flag=True, help="Show tracebacks."),
        click.option("--verbose", is_flag=True, help="Show every check."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def stage(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every stage. The function gets a session and returns its outcome."""

    @wraps(function)
    def run(**given: Any) -> int:
        form, verbose, _ = given.pop("form"), given.pop("verbose"), given.pop("debug")
        started = time.monotonic()
        folder = given.pop("save")
        with _errors_saved(folder, given["project"]), _staged(given):
            session, progress = open_from(given)
            try:
                found = _told(session, _kept(function, session, given))
            finally:
                progress.end()
            outcome = _saved(folder, session, replace(found, seconds=time.monotonic() - started))
        code = show(outcome, form, verbose)
        if outcome.interrupted:
            raise KeyboardInterrupt
        return code

    options = [
        click.option("--model", default="", help="The model, where the settings name several."),
        click.option("--dry-run", is_flag=True, help="Ask and show, change nothing."),
        click.option("--force", is_flag=True, help="Ask again where a record would answer."),
        click.option("--local", is_flag=True, help="Act although the store may not outlive this machine."),
        click.option("--plugins", multiple=True, help="Ask only these of the named plugins."),
        click.option(
            "--save",
            type=click.Path(file_okay=False, path_type=Path),
            help="Also leave the answer in this folder: answer.json, and page.html of its record.",
        ),
    ]
    for option in reversed(options):
        run = option(run)
    return common(run)


@contextmanager
def _errors_saved(folder: Path | None, project: Path | None) -> Iterator[None]:
    """With `--save` an error is left like an answer, so that whoever waits for one learns why."""
    from mlops_ext.errors import MlopsExtError

    try:
        yield
    except MlopsExtError as error:
        if folder:
            from mlops_ext.cli.save import save_error

            save_error(folder, click.get_current_context().info_name or "", error, project or Path.cwd())
        raise


def _told(session: Session, outcome: Outcome) -> Outcome:
    from mlops_ext.stages.notify import notify

    return notify(session, outcome)


def _saved(folder: Path | None, session: Session, outcome: Outcome) -> Outcome:
    if folder is None:
        return outcome
    from mlops_ext.cli.save import save

    return save(folder, session, outcome)


@contextmanager
def _staged(given: dict[str, Any]) -> Iterator[None]:
    """With `--staged` the copy of the index is there while the stage works."""
    from mlops_ext import git

    index = git.by_folder().get("GIT_INDEX_FILE", "")
    if not given.get("staged"):
        yield
        return
    from mlops_ext.staged import staged

    with staged((given["project"] or Path.cwd()).resolve(), index) as given["staged"]:
        yield


def _kept(function: Callable[..., Any], session: Session, given: dict[str, Any]) -> Any:
    """What the stage says, while a store that has to be kept elsewhere is here."""
    from mlops_ext.kept.keeping import keeping

    with keeping(session, click.get_current_context().info_name or ""):
        return _ask(function, session, given)


def _ask(function: Callable[..., Any], session: Session, given: dict[str, Any]) -> Any:
    """What the stage says. With a named plugin that can't be asked, that is why it could not go on."""
    from mlops_ext.errors import CouldNotTellError, InterruptedByUser, MlopsExtError

    try:
        return function(session, **given)
    except InterruptedByUser:
        raise
    except MlopsExtError as error:
        if not session.registry.broken:
            raise
        row = session.registry.broken[0]
        raise CouldNotTellError(
            f"plugin {row.label}: {row.error}", where=str(error), hint=row.hint
        ) from error


def open_from(given: dict[str, Any]) -> tuple[Session, Any]:
    """The session for what the command line said; its options are taken out of `given`."""
    from mlops_ext import git
    from mlops_ext.output.progress import Progress
    from mlops_ext.session import Options, open_session

    progress = Progress()
    git.by_folder()
    options = Options(
        project=given.pop("project", None),
        staged=given.pop("staged", None) or None,
        model=given.pop("model", ""),
        dry_run=given.pop("dry_run", False),
        force=given.pop("force", False),
        local=given.pop("local", False),
        plugins=tuple(given.pop("plugins", ())),
        say=progress,
        tell=progress.tell,
    )
    return open_session(options), progress


def open_to_read(given: dict[str, Any]) -> tuple[Session, Any]:
    """The same for a command that only looks, at a store that is kept elsewhere too."""
    from mlops_ext.kept.keeping import bring_to_read

    session, progress = open_from(given)
    try:
        bring_to_read(session)
    except BaseException:
        progress.end()
        raise
    return session, progress


def show(outcome: Outcome, form: str, verbose: bool) -> int:
    """Print the outcome and return its exit code."""
    from mlops_ext.output.terminal import style_of, write

    write(sys.stdout, list(_lines(outcome, form, verbose, style_of(sys.stdout))))
    return outcome.verdict.exit_code


def _lines(outcome: Outcome, form: str, verbose: bool, style: Style) -> Iterable[str]:
    if form == "json":
        from mlops_ext.output.machine import dump, result

        return [dump(result(outcome))]
    from mlops_ext.output import github, text
    from mlops_ext.output.view import view_of

    view = view_of(outcome)
    return github.show(view) if form == "github" else text.lines(view, verbose, style)
