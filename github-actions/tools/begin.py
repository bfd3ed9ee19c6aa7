"""One action, from its inputs to the process that the runner watches."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from tools import install
from tools.arguments import words
from tools.change import change
from tools.inputs import is_set, others
from tools.say import CannotStartError, add_path, add_variable, output, refuse
from tools.variables import plain, secret
from tools.workspace import trusted_workspace

INTERRUPTED = 130


def main(action: str) -> int:
    """Become the command, or say why not."""
    # A polite kill ends what we started too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if action == "setup":
            return _setup()
        if action == "change":
            return change()
        return _run(action)
    except CannotStartError as error:
        return refuse(action, error)
    except (OSError, ValueError) as error:
        return refuse(action, CannotStartError(f"{type(error).__name__}: {error}", code=3))
    except KeyboardInterrupt:
        return INTERRUPTED


def _setup() -> int:
    env = {**others(), **plain()}
    command, project = install.command(env), install.project_environment(env)
    add_path(command.parent)
    if project:
        add_variable("VIRTUAL_ENV", str(project))
    return 0


def _run(action: str) -> int:
    before = words("approve") if action == "deliver" and is_set("approve") else []
    asked = words(action)
    _tell_where(asked)
    job, hidden = {**others(), **plain()}, secret()
    # What pip builds or asks must not see more than where to look.
    installing = {**job, **{name: value for name, value in hidden.items() if name.startswith("PIP_")}}
    command = install.command(installing)
    project = install.project_environment(installing)
    known = {"VIRTUAL_ENV": str(project)} if project else {}
    env = {**job, **trusted_workspace(), **known, **hidden}
    code = _passed_on(command, before, env) if before else 0
    return code or _become(command, asked, env)


def _tell_where(asked: list[str]) -> None:
    """Also a command that is killed leaves the steps after it the place to look at."""
    for word in asked:
        name, _, value = word.partition("=")
        if name == "--save":
            output("answer", value)


def _become(command: Path, asked: list[str], env: Mapping[str, str]) -> NoReturn:
    """The runner signals the step's first process, and that has to be the one that can end in order."""
    os.execve(command, [str(command), *asked], env)


def _passed_on(command: Path, asked: list[str], env: Mapping[str, str]) -> int:
    """The exit code of a command that comes first; a signal that is meant for the step reaches it."""
    with subprocess.Popen([str(command), *asked], env=env) as process:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda got, _: process.send_signal(got))
        code = process.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    return code
