"""The one place where errors become exit codes and one screen of text."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from types import FrameType

import click

from mlops_ext.errors import (
    EXIT_COULD_NOT_TELL,
    EXIT_INTERRUPTED,
    EXIT_MISCONFIGURED,
    InterruptedByUser,
    MlopsExtError,
)


def guarded(command: click.Command, arguments: list[str] | None) -> int:
    """The exit code of a command, whatever happens in it."""
    debug = "--debug" in (arguments if arguments is not None else sys.argv)
    _treat_term_as_int()
    if debug:
        _show_what_plugins_raise()
    try:
        result = command.main(args=arguments, standalone_mode=False, prog_name="mlops-ext")
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        error.show(sys.stderr)
        return EXIT_MISCONFIGURED
    except click.ClickException as error:
        error.show(sys.stderr)
        return EXIT_MISCONFIGURED
    except (KeyboardInterrupt, InterruptedByUser, click.Abort):
        sys.stderr.write("\ninterrupted: children are ended, what is durable is whole\n")
        return EXIT_INTERRUPTED
    except MlopsExtError as error:
        _show(error, debug)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; stdout must not fail again when Python closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_COULD_NOT_TELL
    except Exception as error:  # noqa: BLE001 - the boundary: whatever else is wrong, we could not tell
        _show_unexpected(error, debug)
        return EXIT_COULD_NOT_TELL
    return result if isinstance(result, int) else 0


def _show_what_plugins_raise() -> None:
    import logging

    log = logging.getLogger("mlops_ext")
    log.setLevel(logging.DEBUG)
    log.addHandler(logging.StreamHandler())


def _show(error: MlopsExtError, debug: bool) -> None:
    from mlops_ext.output.clean import clean

    if debug:
        traceback.print_exc()
    rows = [
        f"error: {error.what}",
        f"where: {error.where}" if error.where else "",
        f"hint:  {error.hint}" if error.hint else "",
    ]
    sys.stderr.write(clean("\n".join(row for row in rows if row)) + "\n")


def _show_unexpected(error: Exception, debug: bool) -> None:
    from mlops_ext.output.clean import clean

    if debug:
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    first = next(iter(str(error).splitlines()), "")
    sys.stderr.write(
        clean(
            f"error: {type(error).__name__}: {first}\n"
            f"where: {os.path.basename(last.filename)}:{last.lineno}\n"
        )
        + "hint:  this is a fault of mlops-ext or a plugin; --debug shows the traceback\n"
    )


def _treat_term_as_int() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, interrupt)
