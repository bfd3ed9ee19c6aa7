"""Commands whose failure is lost by how they are run: `set +e`, a trap, a pipe, a `-` in make, `;` in DVC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import Piece, argv, pieces
from mlops_ext.findings.swallow import swallowed
from mlops_ext.findings.work import program, short, works

_OFF = re.compile(r"set \+\w*e|set \+o errexit")
_ON = re.compile(r"set -\w*e|set -o errexit")
_TRAP = re.compile(r"\btrap\s+['\"][^'\"]*exit 0['\"]\s+(?:EXIT|ERR|0)\b")
_LOOKS = re.compile(r"\$\?|PIPESTATUS|\$\{?(?:rc|status)\b")
_PIPED = re.compile(r"(?:pytest|tox|nox|dvc|mlops-ext|make|\S*python\S*)\b")


def find(look: Look) -> Iterator[Finding]:
    """Script by script."""
    for script in look.scripts:
        row = pieces(script.text)
        first = next((piece for piece in row if works(piece)), None)
        if first is not None:
            yield from _trapped(script, first)
            yield from _forgiven(script, first)
            yield from _errexit_off(script, row)
            yield from _in_a_pipe(script, row)
            yield from _not_the_last(script, row)


def _trapped(script: Script, first: Piece) -> Iterator[Finding]:
    trap = _TRAP.search(script.text)
    if trap:
        line = script.text.count("\n", 0, trap.start())
        yield swallowed(script, first, f"`{trap[0]}`", "keep the code: trap '...; exit $?'", line=line)


def _forgiven(script: Script, first: Piece) -> Iterator[Finding]:
    if script.forgiven:
        what = "`allow_failure: true` for" if script.where.startswith("job ") else "a `-` before"
        yield swallowed(script, first, f"{what} `{short(first)}`", "take it away")


def _errexit_off(script: Script, row: list[Piece]) -> Iterator[Finding]:
    off: Piece | None = None
    for piece in () if _LOOKS.search(script.text) else row:
        command = " ".join(argv(piece.text))
        if _OFF.match(command):
            off = piece
        elif _ON.match(command):
            off = None
        elif off and works(piece):
            hint = "take `set +e` away, or look at $? after the command"
            yield swallowed(script, piece, f"`set +e` before `{short(piece)}`", hint, line=off.line)
            off = None


def _in_a_pipe(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for piece in () if script.pipes or "PIPESTATUS" in script.text else row:
        if piece.after in ("|", "|&") and works(piece) and _PIPED.match(program(piece)):
            what = f"`{short(piece)} |` gives the code of what it is piped into"
            hint = "set -o pipefail before it, or shell: bash in a workflow"
            yield swallowed(script, piece, what, hint, risk=True)


def _not_the_last(script: Script, row: list[Piece]) -> Iterator[Finding]:
    """A `cmd` of several lines or with `;` is one script for DVC, and its last command decides."""
    for piece, after in pairwise(row) if script.where.startswith("stage ") and not script.stops else ():
        zero = argv(after.text) in (["exit", "0"], ["true"], [":"])
        if after.before in (";", "\n") and piece.before != "|" and works(piece) and not zero:
            what = f"`{short(piece)}` is not the last command, and the code of the last is taken"
            yield swallowed(script, piece, what, "join them with &&, or make cmd a list", risk=True)
