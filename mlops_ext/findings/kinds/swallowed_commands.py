"""Commands whose failure is answered by nothing: `|| true`, `|| echo`, `; exit 0`, `if !` with an echo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import Piece, argv, pieces
from mlops_ext.findings.swallow import swallowed
from mlops_ext.findings.work import short, works

_NOTHING = re.compile(
    r"(?:/bin/)?true|:|(?:echo|printf)\b.*|(?:exit|return) 0|\{\s*(?:echo|printf|true|:).*", re.DOTALL
)
_ZERO = re.compile(r"exit 0|true|:")
_ENDS_BADLY = re.compile(r"\bexit\s+(?:[1-9]|\$)|\bfalse\b|return [1-9]")
_SHELLS = ("bash", "sh", "docker", "docker-compose", "ssh")


def find(look: Look) -> Iterator[Finding]:
    """Each of them, also inside what is handed to another shell."""
    for script in look.scripts:
        row = pieces(script.text)
        for inner in (script, *_nested(script, row)):
            yield from _or_nothing(inner, pieces(inner.text))
        yield from _only_told(script, row)
        yield from _then_zero(script, row)


def _nested(script: Script, row: list[Piece]) -> Iterator[Script]:
    """`bash -c "..."`, `docker run image sh -c '...'`."""
    for piece in row:
        words = argv(piece.text)
        for word, given in pairwise(words):
            if words[0] in _SHELLS and re.fullmatch(r"-\w*c", word):
                yield replace(script, text=given, line=script.line + piece.line)


def _or_nothing(script: Script, row: list[Piece]) -> Iterator[Finding]:
    """`a && b || true`: any of the list may fail."""
    for place, piece in enumerate(row):
        if (
            place == 0
            or piece.before != "||"
            or not _NOTHING.fullmatch(_bare(piece))
            or _goes_on_badly(row, place)
        ):
            continue
        work = next((one for one in row[_start(row, place - 1) : place] if works(one)), None)
        if work:
            what = f"`{short(work)} || {_bare(piece)}`"
            hint = "take away what follows ||, or look at the code and end with it"
            yield swallowed(script, work, what, hint, line=row[place - 1].line)


def _goes_on_badly(row: list[Piece], place: int) -> bool:
    """`|| { echo no; exit 1; }`, `|| echo no && exit 1`."""
    group = row[place].text.startswith("{")
    rest = row[place + 1 : place + 4]
    return any(_ENDS_BADLY.search(one.text) and (group or one.before == "&&") for one in rest)


def _start(row: list[Piece], place: int) -> int:
    """The first command of the list that ends here."""
    while place > 0 and row[place].before in ("&&", "|", "||"):
        place -= 1
    return place


def _only_told(script: Script, row: list[Piece]) -> Iterator[Finding]:
    """`if ! pytest; then echo failed; fi`."""
    for place, piece in enumerate(row):
        if not re.match(r"if\s+!\s", piece.text) or not works(piece):
            continue
        end = next((n for n, one in enumerate(row) if n > place and one.text.startswith("fi")), len(row))
        programs = [argv(one.text)[:1] for one in row[place + 1 : end]]
        if programs and all(one in (["echo"], ["printf"], ["true"], [":"]) for one in programs):
            yield swallowed(script, piece, f"`if ! {short(piece)}` only prints", "end the branch with exit 1")


def _then_zero(script: Script, row: list[Piece]) -> Iterator[Finding]:
    """`pytest; exit 0`, where the first failure does not end the script."""
    for piece, after in () if script.stops else pairwise(row):
        if after.before in (";", "\n") and works(piece) and _ZERO.fullmatch(_bare(after)):
            what = f"`{short(piece)}; {_bare(after)}`"
            yield swallowed(script, piece, what, "take away what follows it")


def _bare(piece: Piece) -> str:
    """The command without the end of a subshell around it."""
    text = piece.text.strip()
    return text.rstrip(")").strip() if text.count(")") > text.count("(") else text
