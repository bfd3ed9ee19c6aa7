"""What can go wrong, each kind with the exit code that a pipeline can act on.

0 is yes, 1 a check or gate said no, 2 usage or settings, 3 could not tell, 130 interrupted.
"""

from __future__ import annotations

EXIT_YES = 0
EXIT_NO = 1
EXIT_MISCONFIGURED = 2
EXIT_COULD_NOT_TELL = 3
EXIT_INTERRUPTED = 130


class MlopsExtError(Exception):
    """An error that a person can act on: what happened, where, and what to do next."""

    exit_code = EXIT_COULD_NOT_TELL

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} ({self.where})" if self.where else self.what


class SettingsError(MlopsExtError):
    """The settings, or what the team declared, can't be used as they stand. Exit 2."""

    exit_code = EXIT_MISCONFIGURED

    def __init__(self, what: str, *, key: str = "", file: str = "", hint: str = "") -> None:
        where = ", ".join(part for part in (file, f"key {key}" if key else "") if part)
        super().__init__(what, where=where, hint=hint)
        self.key = key
        self.file = file


class UsageError(SettingsError):
    """The command was called with words that don't fit. Exit 2."""


class RefusedError(MlopsExtError):
    """A question was answered, and the answer is no. Exit 1."""

    exit_code = EXIT_NO


class CouldNotTellError(MlopsExtError):
    """A tool, a file or a network did not let us find the answer. Exit 3."""


class DeadlineError(CouldNotTellError):
    """An answer did not come in the time that was given. Exit 3."""


class InterruptedByUser(MlopsExtError):
    """INT, TERM or HUP reached us; the children are gone and their runs are closed. Exit 130."""

    exit_code = EXIT_INTERRUPTED
