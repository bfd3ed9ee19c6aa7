"""An error before or instead of an outcome, in the look of an outcome."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.output.clean import clean
from mlops_ext.output.terminal import style_of, write
from mlops_ext.output.text import block
from mlops_ext.verdict import WORDS

if TYPE_CHECKING:
    from mlops_ext.errors import MlopsExtError

ENDS = {
    "fail": "said no",
    "misconfigured": "can't begin: settings, or the words of the call",
    "error": "could not tell. The gate stays closed.",
}


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What `--format json` prints where there is no outcome: usage, settings, or what kept us from asking."""

    verdict: str
    exit_code: int
    what: str
    where: str
    hint: str


def show(error: MlopsExtError, form: str, command: str) -> None:
    """Print it: text to stderr, what programs read to stdout."""
    if form == "json":
        from mlops_ext.output.machine import dump

        write(sys.stdout, [dump(failure(error))])
        return
    if form == "github":
        from mlops_ext.output.github import refused

        write(sys.stdout, list(refused(error, command)))
    rows = block(clean(error.what), [("where", error.where), ("help", error.hint)], style_of(sys.stderr))
    end = f"{command} {ENDS[WORDS.get(error.exit_code, 'error')]}"
    write(sys.stderr, [*rows[1:], "", end])


def failure(error: MlopsExtError) -> Failure:
    """The error in the form that is published."""
    return Failure(
        verdict=WORDS.get(error.exit_code, "error"),
        exit_code=error.exit_code,
        what=clean(error.what),
        where=clean(error.where),
        hint=clean(error.hint),
    )
