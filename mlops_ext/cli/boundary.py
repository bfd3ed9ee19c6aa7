"""The one place where errors become exit codes and one screen of text."""

from __future__ import annotations

import os
import sys
import traceback

import click

from mlops_ext import signals
from mlops_ext.errors import (
    EXIT_COULD_NOT_TELL,
    EXIT_INTERRUPTED,
    EXIT_YES,
    CouldNotTellError,
    InterruptedByUser,
    MlopsExtError,
    UsageError,
)


def guarded(command: click.Command, arguments: list[str] | None) -> int:
    """The exit code of a command, whatever happens in it."""
    given = arguments if arguments is not None else sys.argv[1:]
    signals.treat_alike()
    if "--debug" in given:
        _show_what_plugins_raise()
    try:
        result = command.main(args=arguments, standalone_mode=False, prog_name="mlops-ext")
        signals.require_none()
    except BaseException as error:  # noqa: BLE001 - the boundary: whatever else is wrong, we could not tell
        return _code_of(error, given)
    finally:
        signals.done()
    return result if isinstance(result, int) else EXIT_YES


def _code_of(error: BaseException, given: list[str]) -> int:
    """Say what happened, in a few lines on stderr."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if _is_interrupt(error):
        # Nothing is left to be interrupted, and what follows is short.
        signals.done()
        sys.stderr.write("\ninterrupted: children are ended, what is durable is whole\n")
        return EXIT_INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has seen enough; stdout must not fail again when Python closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_COULD_NOT_TELL
    if "--debug" in given and not isinstance(error, click.ClickException):
        traceback.print_exception(error)
    shown = _as_ours(error)
    _show(shown, given)
    return shown.exit_code


def _is_interrupt(error: BaseException) -> bool:
    """Whether we were asked to end. click says `Abort` of Ctrl-C, and of a stdin that has ended."""
    asked = isinstance(error, KeyboardInterrupt | InterruptedByUser) or signals.came()
    return asked or (isinstance(error, click.Abort) and not isinstance(error.__context__, EOFError))


def _as_ours(error: BaseException) -> MlopsExtError:
    if isinstance(error, MlopsExtError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, click.Abort):
        what = "a question was asked, and stdin has ended: nothing was written"
        return UsageError(what, hint="--yes answers it")
    return _unexpected(error)


def _show_what_plugins_raise() -> None:
    import logging

    log = logging.getLogger("mlops_ext")
    log.setLevel(logging.DEBUG)
    log.addHandler(logging.StreamHandler())


def _show(error: MlopsExtError, given: list[str]) -> None:
    from mlops_ext.cli.group import COMMANDS
    from mlops_ext.output import errors

    command = next((word for word in given if word in COMMANDS), "mlops-ext")
    errors.show(error, _format(given), command)


def _format(given: list[str]) -> str:
    """What `--format` says, whether or not the rest of the call can be understood."""
    for number, word in enumerate(given):
        if word.startswith("--format="):
            return word.partition("=")[2]
        if word == "--format" and number + 1 < len(given):
            return given[number + 1]
    return "text"


def _usage(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    return UsageError(error.format_message(), hint=f"{context.command_path} --help" if context else "")


def _unexpected(error: BaseException) -> CouldNotTellError:
    last = traceback.extract_tb(error.__traceback__)[-1]
    from mlops_ext.misfit import told

    return CouldNotTellError(
        told(error),
        where=f"{os.path.basename(last.filename)}:{last.lineno}",
        hint="this is a fault of mlops-ext or a plugin; --debug shows the traceback",
    )
