"""What a step says before the command can: an annotation, its outputs, its summary."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERDICTS = {1: "fail", 2: "misconfigured", 3: "error"}


class CannotStartError(Exception):
    """The command can't be started: 2 where the workflow has to change, 3 where we could not tell."""

    def __init__(self, what: str, hint: str = "", code: int = 2) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code


def refuse(stage: str, error: CannotStartError) -> int:
    """Say it where the command would have said it; the exit code of the step."""
    said = f"{error.what}. {error.hint}" if error.hint else error.what
    verdict = VERDICTS[error.code]
    output("verdict", verdict)
    output("record", "")
    _append("GITHUB_STEP_SUMMARY", f"### ⚠️ {stage} {verdict}\n\n{_as_text(said)}\n")
    _print(f"::error::{_data(said)}")
    return error.code


def mask(value: str) -> None:
    """Ask the runner to write `***` for a value from here on."""
    _print(f"::add-mask::{_data(value)}")


@contextmanager
def unread() -> Iterator[None]:
    """What others print meanwhile is no command to the runner."""
    token = secrets.token_hex(16)
    _print(f"::stop-commands::{token}")
    try:
        yield
    finally:
        _print(f"::{token}::")


def output(name: str, word: str) -> None:
    """An output of one plain word."""
    _append("GITHUB_OUTPUT", f"{name}={word}\n")


def notice(said: str) -> int:
    """Something to know that makes no step fail."""
    _print(f"::notice::{_data(said)}")
    return 0


def add_path(folder: Path) -> None:
    """A folder of commands for the steps that follow."""
    _append("GITHUB_PATH", f"{folder}\n")


def add_variable(name: str, value: str) -> None:
    """A variable for the steps that follow."""
    _append("GITHUB_ENV", f"{name}={value}\n")


def _append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _as_text(said: str) -> str:
    """An indented block: nothing in it is a tag, a link or a mention."""
    return "".join(f"    {line}\n" for line in said.splitlines())
