"""The one place where errors become exit codes and one screen of text."""

from __future__ import annotations

import os
import sys
import traceback

import click

from mlops_ext.errors import (
    EXIT_COULD_NOT_TELL,
    EXIT_INTERRUPTED,
    EXIT_MISCONFIGURED,
    CouldNotTellError,
    InterruptedByUser,
    MlopsExtError,
    UsageError,
)
from mlops_ext.signals import treat_alike


def guarded(command: click.Command, arguments: list[str] | None) -> int:
    """The exit code of a command, whatever happens in it."""
    given = arguments if arguments is not None else sys.argv[1:]
    debug = "--debug" in given
    treat_alike()
    if debug:
        _show_what_plugins_raise()
    try:
        result = command.main(args=arguments, standalone_mode=False, prog_name="mlops-ext")
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        _show(_usage(error), given)
        return EXIT_MISCONFIGURED
    except (KeyboardInterrupt, InterruptedByUser, click.Abort) as error:
        if isinstance(error.__context__, EOFError):
            _show(_unanswered(), given)
            return EXIT_MISCONFIGURED
        sys.stderr.write("\ninterrupted: children are ended, what is durable is whole\n")
        return EXIT_INTERRUPTED
    except MlopsExtError as error:
        if debug:
            traceback.print_exc()
        _show(error, given)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; stdout must not fail again when Python closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_COULD_NOT_TELL
    except BaseException as error:  # noqa: BLE001 - the boundary: whatever else is wrong, we could not tell
        if debug:
            traceback.print_exc()
        _show(_unexpected(error), given)
        return EXIT_COULD_NOT_TELL
    return result if isinstance(result, int) else 0


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


def _unanswered() -> UsageError:
    # click takes the end of stdin for Ctrl-C; but nobody has interrupted, nobody was there.
    return UsageError(
        "a question was asked, and stdin has ended: nothing was written", hint="--yes answers it"
    )


def _unexpected(error: BaseException) -> CouldNotTellError:
    last = traceback.extract_tb(error.__traceback__)[-1]
    from mlops_ext.misfit import told

    return CouldNotTellError(
        told(error),
        where=f"{os.path.basename(last.filename)}:{last.lineno}",
        hint="this is a fault of mlops-ext or a plugin; --debug shows the traceback",
    )
